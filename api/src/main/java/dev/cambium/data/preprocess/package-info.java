/**
 * What is done to every sample before a model sees it, fitted on training data only and saved with
 * the model. Imports {@code data}, {@code image}, {@code tensor}, Jackson and ojAlgo.
 */
package dev.cambium.data.preprocess;
