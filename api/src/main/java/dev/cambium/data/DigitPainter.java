package dev.cambium.data;

import dev.cambium.tensor.RandomStream;
import java.util.List;

/**
 * Draws one digit on 28x28 pixels from one stream of random numbers. The numbers are drawn in a
 * fixed order and every function used is exact or from StrictMath, so that a stream gives the same
 * bytes on every machine.
 */
final class DigitPainter {
  static final int SIDE = 28;

  private static final int STEPS = 10;

  /** How far the middle of a digit may be off the middle of the picture, in pixels. */
  private static final double ROOM = 2.3;

  /** Half the side of the square of the shapes, and its middle. */
  private static final double HALF = 50;

  private final RandomStream random;
  private final float[] ink = new float[SIDE * SIDE];

  private DigitPainter(RandomStream random) {
    this.random = random;
  }

  /** The levels of a picture of {@code digit}, white on black. */
  static byte[] paint(int digit, RandomStream random) {
    DigitPainter painter = new DigitPainter(random);
    painter.digit(digit);
    painter.clutter();
    return painter.expose();
  }

  private void digit(int digit) {
    List<StrokePath> variants = DigitShapes.of(digit);
    StrokePath shape = variants.get(random.nextInt(variants.size()));
    Pose pose = Pose.draw(random);
    Warp warp = Warp.draw(random);
    double radius = random.nextUniform(0.65, 1.5);
    double wobble = random.nextUniform(0, 0.06);
    float strength = (float) random.nextUniform(0.6, 1);
    for (double[] stroke : shape.strokes()) {
      double[] points = StrokePath.flatten(wobbled(stroke, wobble), STEPS);
      double phase = random.nextUniform(0, 2 * Math.PI);
      for (int i = 0; i < points.length; i += 2) {
        warp.move(points, i);
        pose.move(points, i);
      }
      for (int i = 0; i + 3 < points.length; i += 2) {
        double pressure = 1 + 0.25 * StrictMath.sin(phase + 0.2 * i);
        line(points, i, radius * pressure, strength);
      }
    }
  }

  /**
   * The stroke in units of its half side, each point moved by chance; a control point goes with the
   * end of the curve that it belongs to, so that smooth joints stay nearly smooth.
   */
  private double[] wobbled(double[] stroke, double wobble) {
    double[] moved = new double[stroke.length];
    for (int axis = 0; axis < 2; axis++) {
      double shift = 0;
      for (int point = 0; point < stroke.length / 2; point++) {
        if (point == 0 || point % 3 == 2) {
          shift = wobble * random.nextGaussian();
        }
        double own = point % 3 == 0 ? 0 : 0.4 * wobble * random.nextGaussian();
        moved[2 * point + axis] = (stroke[2 * point + axis] - HALF) / HALF + shift + own;
      }
    }
    return moved;
  }

  /** Marks that belong to no digit: short strokes and specks anywhere. */
  private void clutter() {
    int marks = random.nextInt(3);
    for (int i = 0; i < marks; i++) {
      double x = random.nextUniform(0, SIDE);
      double y = random.nextUniform(0, SIDE);
      double angle = random.nextUniform(0, 2 * Math.PI);
      double length = random.nextUniform(0, 4);
      double[] points = {
        x, y, x + length * StrictMath.cos(angle), y + length * StrictMath.sin(angle)
      };
      double radius = random.nextUniform(0.3, 0.7);
      line(points, 0, radius, (float) random.nextUniform(0.2, 0.7));
    }
  }

  /** A line between two points, its edge one pixel soft. */
  private void line(double[] points, int at, double radius, float strength) {
    double x0 = points[at];
    double y0 = points[at + 1];
    double dx = points[at + 2] - x0;
    double dy = points[at + 3] - y0;
    double length = dx * dx + dy * dy;
    double reach = radius + 0.5;
    int left = bound(Math.min(x0, x0 + dx) - reach);
    int right = bound(Math.max(x0, x0 + dx) + reach);
    int top = bound(Math.min(y0, y0 + dy) - reach);
    int bottom = bound(Math.max(y0, y0 + dy) + reach);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double px = x - x0;
        double py = y - y0;
        double t = length == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        double ex = px - t * dx;
        double ey = py - t * dy;
        double cover = reach - Math.sqrt(ex * ex + ey * ey);
        if (cover > 0) {
          int pixel = y * SIDE + x;
          ink[pixel] = Math.max(ink[pixel], strength * (float) Math.min(1, cover));
        }
      }
    }
  }

  private static int bound(double position) {
    return (int) Math.max(0, Math.min(SIDE - 1, Math.rint(position)));
  }

  /** Adds paper and noise, and rounds to levels. */
  private byte[] expose() {
    double paper = random.nextUniform(0, 0.12);
    double noise = random.nextUniform(0.02, 0.08);
    byte[] levels = new byte[ink.length];
    for (int i = 0; i < levels.length; i++) {
      double value = paper + (1 - paper) * ink[i] + noise * nearlyGaussian();
      levels[i] = (byte) (int) Math.max(0, Math.min(255, Math.rint(255 * value)));
    }
    return levels;
  }

  /** The sum of four random bytes, with mean 0 and deviation 1: a bell for one draw of bits. */
  private double nearlyGaussian() {
    int bits = random.nextInt();
    int sum = (bits & 0xFF) + (bits >>> 8 & 0xFF) + (bits >>> 16 & 0xFF) + (bits >>> 24);
    return (sum - 510) / 147.8;
  }

  /** Size, slant, rotation and place of a digit: an affine map to pixels. */
  private record Pose(double xx, double xy, double yx, double yy, double x, double y) {
    static Pose draw(RandomStream random) {
      double angle = 0.13 * random.nextGaussian();
      double slant = 0.05 + 0.16 * random.nextGaussian();
      double height = random.nextUniform(8, 10.5);
      double width = height * random.nextUniform(0.65, 1.1);
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      double middle = (SIDE - 1) / 2.0;
      return new Pose(
          cos * width,
          -cos * slant * height - sin * height,
          sin * width,
          -sin * slant * height + cos * height,
          middle + random.nextUniform(-ROOM, ROOM),
          middle + random.nextUniform(-ROOM, ROOM));
    }

    void move(double[] points, int at) {
      double px = points[at];
      double py = points[at + 1];
      points[at] = xx * px + xy * py + x;
      points[at + 1] = yx * px + yy * py + y;
    }
  }

  /** A smooth bending of the plane: each axis is moved by a wave along a direction of its own. */
  private record Warp(double[] x, double[] y) {
    static Warp draw(RandomStream random) {
      return new Warp(wave(random), wave(random));
    }

    private static double[] wave(RandomStream random) {
      return new double[] {
        0.08 * random.nextGaussian(),
        random.nextUniform(-2.5, 2.5),
        random.nextUniform(-2.5, 2.5),
        random.nextUniform(0, 2 * Math.PI)
      };
    }

    void move(double[] points, int at) {
      double px = points[at];
      double py = points[at + 1];
      points[at] = px + x[0] * StrictMath.sin(x[1] * px + x[2] * py + x[3]);
      points[at + 1] = py + y[0] * StrictMath.sin(y[1] * px + y[2] * py + y[3]);
    }
  }
}
