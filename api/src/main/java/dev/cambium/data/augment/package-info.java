/**
 * Changes of pictures that leave their class as it is: random ones for training, fixed views for
 * testing. Imports {@code data}, {@code image} and {@code tensor}.
 */
package dev.cambium.data.augment;
