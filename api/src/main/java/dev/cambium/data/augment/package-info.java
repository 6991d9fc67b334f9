/**
 * Changes of pictures that leave their class as it is: random ones for training, fixed views for
 * testing. Imports {@code data}, {@code image}, {@code tensor}, and ojAlgo for eigenvectors.
 */
package dev.cambium.data.augment;
