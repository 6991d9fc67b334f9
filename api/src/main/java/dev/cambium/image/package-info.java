/**
 * Pictures in host memory: reading PNG, JPEG and BMP, resizing, and grids written as PNG. Imports
 * {@code tensor} and the JDK's ImageIO, which works without a display.
 */
package dev.cambium.image;
