/**
 * Small programs, which are also the commands of {@code ./cambium}; nothing imports this package.
 */
package dev.cambium.examples;
