package dev.cambium.gpu;

/** The groups of {@code channel_lanes.cl}: 16 adjacent channels, and 16 that share one's work. */
final class ChannelLanes {
  private static final int CHANNELS = 16;
  private static final int LANES = 16;

  private ChannelLanes() {}

  /** Groups for all channels, for each of so many pieces of work or for a part of these. */
  static Grid grid(int channels, long pieces) {
    return new Grid(
        Grid.groups(channels, CHANNELS), Math.min(pieces, Grid.MOST), 1, CHANNELS, LANES);
  }
}
