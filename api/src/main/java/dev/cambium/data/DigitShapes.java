package dev.cambium.data;

import java.util.List;

/**
 * How people write the digits: for each one a few variants as pen strokes, in the path language of
 * SVG (M moves, L draws a line, C a cubic Bezier curve) on a square of 100, y downwards.
 */
final class DigitShapes {
  private static final List<List<StrokePath>> SHAPES =
      List.of(
          shapes(
              "M50 5 C18 5 16 95 50 95 C84 95 82 5 50 5",
              "M60 9 C22 -4 10 92 46 95 C84 98 88 14 50 5",
              "M44 7 C14 30 14 88 48 95 C88 92 84 18 56 4 C50 2 44 4 40 9"),
          shapes(
              "M50 5 L50 95",
              "M34 24 L53 5 L53 95",
              "M33 26 L52 5 L52 95 M32 95 L72 95",
              "M56 4 C52 40 50 70 46 96"),
          shapes(
              "M22 28 C25 -2 78 -2 76 30 C74 52 35 70 22 95 L80 95",
              "M24 25 C30 -2 82 0 74 34 C68 60 40 80 26 90 C14 97 18 74 36 82 C50 90 64 100 82 84",
              "M25 12 C45 0 76 4 73 28 C70 50 40 75 22 93 L78 93"),
          shapes(
              "M25 15 C45 -4 80 4 73 27 C68 43 55 47 42 47 C66 46 84 58 77 78 C70 100 35 100 22 82",
              "M24 7 L74 7 L44 42 C70 40 84 60 74 80 C64 100 32 98 22 82",
              "M22 18 C34 -2 74 0 72 24 C70 44 48 46 44 46 C52 46 80 50 78 72 C74 102 30 100 20 88"),
          shapes(
              "M62 95 L62 5 L18 65 L84 65",
              "M34 5 C30 30 25 45 20 58 L82 58 M66 26 L62 96",
              "M26 8 L22 52 C40 56 60 54 76 50 M72 8 L68 96"),
          shapes(
              "M74 6 L32 6 L27 45 C45 33 78 38 77 67 C76 98 35 102 20 84",
              "M32 6 L29 44 C55 30 82 48 77 70 C72 98 35 100 22 84 M32 6 L78 4",
              "M78 8 C60 4 44 6 36 8 C32 20 30 34 26 46 C48 36 74 46 72 66 C70 92 40 98 20 92"),
          shapes(
              "M68 6 C40 18 22 50 24 72 C26 102 74 102 76 72 C77 46 38 44 26 68",
              "M58 4 C34 26 25 55 26 75 C28 100 68 100 70 76 C70 54 40 52 27 76",
              "M74 12 C44 -2 20 36 22 70 C24 104 78 100 74 70 C70 46 32 48 24 72"),
          shapes(
              "M20 8 L78 8 C62 35 48 65 42 95",
              "M22 9 L78 7 L44 95 M34 52 L70 50",
              "M20 22 L22 8 L76 8 C60 40 52 70 50 96"),
          shapes(
              "M70 20 C60 -4 28 -2 28 24 C28 48 77 50 77 75 C76 103 22 103 24 74 C26 50 72 46 70 20",
              "M50 5 C20 5 20 47 50 47 C80 47 80 5 50 5 M50 47 C14 47 14 95 50 95 C86 95 86 47 50"
                  + " 47",
              "M72 12 C50 -4 22 6 30 28 C38 48 78 58 74 80 C68 102 24 100 26 76 C28 54 64 40 76"
                  + " 16"),
          shapes(
              "M73 28 C68 0 24 0 24 28 C24 54 68 56 73 28 C73 50 70 75 66 96",
              "M74 26 C70 -2 24 0 24 30 C26 56 66 54 74 26 C80 62 70 98 28 93",
              "M70 14 C44 -4 22 18 26 36 C34 56 66 46 72 12 L70 96"));

  private DigitShapes() {}

  private static List<StrokePath> shapes(String... paths) {
    return List.of(paths).stream().map(StrokePath::parse).toList();
  }

  /** The variants of a digit. */
  static List<StrokePath> of(int digit) {
    return SHAPES.get(digit);
  }
}
