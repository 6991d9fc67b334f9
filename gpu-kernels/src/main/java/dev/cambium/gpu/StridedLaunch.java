package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.List;

/**
 * How a kernel finds the elements of its operands: which of the forms of {@code binary.cl} and
 * {@code movement.cl} runs, with which groups, and with which sizes and strides after its pointers.
 *
 * @param form the end of the kernel's name
 * @param grid its groups
 * @param arguments what follows the pointers
 */
record StridedLaunch(String form, Grid grid, List<Argument> arguments) {
  /** Work-items of a group where each makes one element. */
  static final int LOCAL = 256;

  private static final int ROW_COLUMNS = 32;
  private static final int ROW_ROWS = 8;
  private static final int MOST_ROWS = 1 << 30;

  /** The most axes that a kernel takes. */
  static final int MOST_AXES = 8;

  StridedLaunch {
    arguments = List.copyOf(arguments);
  }

  /** One element after the other, without strides. */
  static StridedLaunch plain(String form, long size) {
    return new StridedLaunch(form, Grid.line(size, LOCAL), List.of(Argument.of(size)));
  }

  /**
   * Whether {@link #rows} suits: neighbours lie side by side or repeat, under two outer axes at
   * most, in rows that are long enough for the device.
   */
  static boolean suitsRows(GpuPlatform gpu, StridedAxes axes, int operands) {
    int shortest = gpu.isWide() ? 16 : ROW_COLUMNS;
    boolean neighbours = true;
    for (int operand = 0; operand < operands; operand++) {
      neighbours &= axes.stride(operand, -1) == 0 || axes.stride(operand, -1) == 1;
    }
    long columns = axes.size(-1);
    return neighbours
        && axes.count() <= 3
        && columns >= shortest
        && columns <= MOST_ROWS
        && axes.elements() / columns <= MOST_ROWS;
  }

  /** Rows of neighbours. */
  static StridedLaunch rows(String form, StridedAxes axes, int operands) {
    long columns = axes.size(-1);
    long rows = axes.size(-2) * axes.size(-3);
    long blocks = Grid.groups(columns, ROW_COLUMNS);
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.of(rows));
    arguments.add(Argument.of((int) columns));
    arguments.add(Argument.of((int) blocks));
    divisor(arguments, axes.size(-2));
    for (int operand = 0; operand < operands; operand++) {
      arguments.add(Argument.of(axes.stride(operand, -3)));
      arguments.add(Argument.of(axes.stride(operand, -2)));
    }
    Grid grid = new Grid(blocks * Grid.groups(rows, ROW_ROWS), 1, 1, ROW_COLUMNS, ROW_ROWS);
    return new StridedLaunch(form, grid, arguments);
  }

  /** Any axes, up to {@link #MOST_AXES} of them. */
  static StridedLaunch strided(String prefix, StridedAxes axes, int operands) {
    long elements = axes.elements();
    boolean isShort = axes.count() <= 4 && elements < 1L << 31;
    int taken = isShort ? (axes.count() <= 2 ? 2 : 4) : MOST_AXES;
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.of(elements));
    for (int axis = 1 - taken; axis < 0; axis++) {
      if (isShort) {
        divisor(arguments, axes.size(axis));
      } else {
        arguments.add(Argument.of(axes.size(axis)));
      }
    }
    for (int operand = 0; operand < operands; operand++) {
      for (int axis = -taken; axis < 0; axis++) {
        long stride = axes.stride(operand, axis);
        arguments.add(isShort ? Argument.of((int) stride) : Argument.of(stride));
      }
    }
    return new StridedLaunch(prefix + "axes" + taken, Grid.line(elements, LOCAL), arguments);
  }

  /** Why axes cannot be walked. */
  static String tooMany(StridedAxes axes) {
    return axes.count() + " axes that cannot be merged, of " + MOST_AXES + " at most";
  }

  /**
   * A size with what divides by it: (high word of (i * multiplier) + i) >> shift is i / size for i
   * below 2^31.
   */
  private static void divisor(List<Argument> arguments, long size) {
    arguments.add(Argument.of(Math.toIntExact(size)));
    arguments.add(Argument.of(multiplier((int) size)));
    arguments.add(Argument.of(shift((int) size)));
  }

  /** The bits of size - 1. */
  static int shift(int size) {
    return 32 - Integer.numberOfLeadingZeros(size - 1);
  }

  /** floor(2^32 (2^shift - size) / size) + 1. */
  static int multiplier(int size) {
    return (int) (((1L << shift(size)) - size << 32) / size + 1);
  }

  /**
   * Everything that a launch is given.
   *
   * @param pointers those before the sizes
   */
  Argument[] after(Argument... pointers) {
    List<Argument> all = new ArrayList<>(List.of(pointers));
    all.addAll(arguments);
    return all.toArray(Argument[]::new);
  }
}
