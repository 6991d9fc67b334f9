/**
 * The composition root for programs that use Guice. The only package that imports Guice; nothing
 * imports it but programs.
 */
package dev.cambium.inject;
