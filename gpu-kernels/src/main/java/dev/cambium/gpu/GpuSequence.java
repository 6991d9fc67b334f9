package dev.cambium.gpu;

import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import java.util.List;

/** Launches that are given to the device in one go. */
final class GpuSequence implements Sequence {
  private final GpuPlatform platform;
  private final Launch[] launches;

  GpuSequence(GpuPlatform platform, List<Launch> launches) {
    this.platform = platform;
    this.launches = launches.toArray(Launch[]::new);
  }

  @Override
  public void run() {
    platform.enter();
    try {
      for (Launch launch : launches) {
        run(launch);
      }
      platform.context().flush();
    } finally {
      platform.leave();
    }
  }

  private static void run(Launch launch) {
    try {
      launch.run();
    } catch (GpuException failed) {
      throw failed.at(launch.label());
    }
  }
}
