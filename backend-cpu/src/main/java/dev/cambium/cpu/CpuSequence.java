package dev.cambium.cpu;

import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import java.util.List;

/** Launches that run with one hand-off to the submission thread. */
final class CpuSequence implements Sequence {
  private final SubmissionThread thread;
  private final Launch[] launches;
  private final Runnable all = this::runAll;

  CpuSequence(SubmissionThread thread, List<Launch> launches) {
    this.thread = thread;
    this.launches = launches.toArray(Launch[]::new);
  }

  @Override
  public void run() {
    thread.run(all);
  }

  private void runAll() {
    for (Launch launch : launches) {
      try {
        launch.run();
      } catch (OneDnnException failed) {
        throw new OneDnnException(launch.label() + ": " + failed.getMessage(), failed);
      }
    }
  }
}
