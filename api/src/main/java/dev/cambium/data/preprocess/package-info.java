/**
 * What is done to every sample before a model sees it, fitted on training data only and saved with
 * the model. Imports {@code data}, {@code tensor} and Jackson.
 */
package dev.cambium.data.preprocess;
