package dev.cambium.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Pen strokes of cubic Bezier curves. Each stroke is a list of points (x, y, x, y, ...): a start,
 * and for each curve two control points and an end, which is the start of the next curve.
 */
record StrokePath(List<double[]> strokes) {
  /** Reads "M x y", "L x y" and "C x1 y1 x2 y2 x y" commands. */
  static StrokePath parse(String path) {
    List<List<Double>> strokes = new ArrayList<>();
    for (String command : path.split(" (?=[MLC])")) {
      String[] words = command.substring(1).split(" ");
      double[] numbers = new double[words.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Double.parseDouble(words[i]);
      }
      switch (command.charAt(0)) {
        case 'M' -> {
          strokes.add(new ArrayList<>());
          append(strokes, numbers);
        }
        case 'L' -> append(strokes, straight(strokes.get(strokes.size() - 1), numbers));
        case 'C' -> append(strokes, numbers);
        default -> throw new IllegalArgumentException("unknown command in path: " + command);
      }
    }
    return new StrokePath(
        strokes.stream()
            .map(points -> points.stream().mapToDouble(Double::doubleValue).toArray())
            .toList());
  }

  private static void append(List<List<Double>> strokes, double[] numbers) {
    for (double number : numbers) {
      strokes.get(strokes.size() - 1).add(number);
    }
  }

  /** A line as a curve: control points at its thirds. */
  private static double[] straight(List<Double> stroke, double[] end) {
    double x = stroke.get(stroke.size() - 2);
    double y = stroke.get(stroke.size() - 1);
    double dx = (end[0] - x) / 3;
    double dy = (end[1] - y) / 3;
    return new double[] {x + dx, y + dy, x + 2 * dx, y + 2 * dy, end[0], end[1]};
  }

  /** The points of a stroke's curves at {@code steps} equal steps of the parameter each. */
  static double[] flatten(double[] stroke, int steps) {
    int curves = (stroke.length / 2 - 1) / 3;
    double[] points = new double[2 * (curves * steps + 1)];
    points[0] = stroke[0];
    points[1] = stroke[1];
    int at = 2;
    for (int c = 0; c < curves; c++) {
      for (int s = 1; s <= steps; s++) {
        double t = (double) s / steps;
        for (int axis = 0; axis < 2; axis++) {
          int p = 6 * c + axis;
          points[at++] = bezier(stroke[p], stroke[p + 2], stroke[p + 4], stroke[p + 6], t);
        }
      }
    }
    return points;
  }

  private static double bezier(double p0, double p1, double p2, double p3, double t) {
    double u = 1 - t;
    return u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
  }
}
