/**
 * Changes of pictures that leave their class as it is, random ones for training and fixed views for
 * testing; and mixtures of batches, which mix the classes too. Imports {@code data}, {@code image},
 * {@code tensor}, and ojAlgo for eigenvectors.
 */
package dev.cambium.data.augment;
