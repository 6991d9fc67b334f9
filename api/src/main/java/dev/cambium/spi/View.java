package dev.cambium.spi;

/**
 * The operation's only output is the memory of one of its inputs under another type; nothing runs.
 *
 * @param input the index of that input
 */
public record View(int input) implements Prepared {}
