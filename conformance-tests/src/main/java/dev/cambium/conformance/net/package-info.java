/**
 * The cases of whole networks, with the numerical analysis behind their bounds, and of the life of
 * memory and backends around them.
 */
package dev.cambium.conformance.net;
