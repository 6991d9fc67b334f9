/**
 * Data sets and how they reach the training step: readers of the common formats, digits that the
 * framework draws itself, splits, and a loader that shuffles, batches and prefetches. Imports
 * {@code tensor} and {@code image}, not the packages below it, which implement its interfaces.
 */
package dev.cambium.data;
