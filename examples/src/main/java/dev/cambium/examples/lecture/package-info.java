/**
 * Every row of the lecture that the project starts from, as a small program over the public API
 * whose figures stand beside the lecture's: what {@code ./cambium lecture} prints.
 */
package dev.cambium.examples.lecture;
