/**
 * The {@code nd4j} backend: ND4J behind Cambium's SPI. Values are ND4J arrays over memory that ND4J
 * allocates, row-major for every rank; kernels are ND4J's operations. {@link
 * dev.cambium.nd4j.Nd4jArrays} turns arrays of people who come from DL4J into tensors and back.
 * Imports {@code tensor}, {@code op}, {@code spi} and {@code runtime} of the api.
 */
package dev.cambium.nd4j;
