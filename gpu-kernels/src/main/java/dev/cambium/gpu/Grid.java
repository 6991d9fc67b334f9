package dev.cambium.gpu;

/**
 * How a kernel is launched: groups of work-items (CUDA: a grid of blocks of threads).
 *
 * @param groupsX groups along the first axis; 0 launches nothing
 * @param groupsY groups along the second axis, at most 65535
 * @param groupsZ groups along the third axis, at most 65535
 * @param localX work-items of a group along the first axis
 * @param localY work-items of a group along the second axis
 */
public record Grid(long groupsX, long groupsY, long groupsZ, int localX, int localY) {
  /** The most groups along the second and the third axis. */
  static final int MOST = 65535;

  /**
   * Checks that the numbers fit all devices.
   *
   * @throws GridTooLargeException when they are too large
   */
  public Grid {
    if (groupsX < 0 || groupsY < 0 || groupsZ < 0) {
      throw new IllegalArgumentException(
          "groups must be at least 0, got " + groupsX + " x " + groupsY + " x " + groupsZ);
    }
    if (groupsX > Integer.MAX_VALUE || groupsY > MOST || groupsZ > MOST) {
      throw new GridTooLargeException(
          groupsX
              + " x "
              + groupsY
              + " x "
              + groupsZ
              + " groups of work-items, of "
              + Integer.MAX_VALUE
              + " x "
              + MOST
              + " x "
              + MOST
              + " at most");
    }
    if (localX < 1 || localY < 1) {
      throw new IllegalArgumentException(
          "work-items of a group must be at least 1, got " + localX + " and " + localY);
    }
  }

  /** One axis, with groups enough for {@code items} work-items. */
  public static Grid line(long items, int local) {
    return new Grid(groups(items, local), 1, 1, local, 1);
  }

  /** A number of groups of {@code local} work-items along one axis. */
  public static Grid groups1(long groups, int local) {
    return new Grid(groups, 1, 1, local, 1);
  }

  /** {@code items / each}, rounded up. */
  public static long groups(long items, long each) {
    return (items + each - 1) / each;
  }

  /** Whether nothing is launched. */
  public boolean isEmpty() {
    return groupsX == 0 || groupsY == 0 || groupsZ == 0;
  }
}
