package dev.cambium.examples;

import com.google.inject.Inject;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunFolderException;
import dev.cambium.monitor.RunInfo;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.train.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The main job: begins runs in fresh folders, and goes on with those that were stopped. */
final class Training {
  private final Backend backend;
  private final Backends backends;
  private final Console console;

  /**
   * How a run ended.
   *
   * @param status the exit status
   * @param test the best weights on the test images; empty when the run did not come to its end
   */
  record Ending(int status, Optional<Evaluation> test) {}

  @Inject
  Training(Backend backend, Backends backends, Console console) {
    this.backend = backend;
    this.backends = backends;
    this.console = console;
  }

  /**
   * Trains in a new folder, of which nothing is left when the run cannot begin.
   *
   * @throws IOException when the folder holds a run already, or cannot be written
   */
  Ending begin(RunSettings settings, long seed, Path out, StopSignal stop) throws IOException {
    RunFolder.requireVacant(out);
    try (TrainingJob job = TrainingJob.of(settings, seed, backend)) {
      String device = BackendsCommand.describe(backends, backend.name());
      introduce(job, device);
      NewRun run = new NewRun(out);
      try {
        RunInfo info = RunInfo.now(settings.toConfig(), seed, backend.name(), device);
        RunFolder folder = run.create(info);
        console.remark("run folder " + out);
        return job.run(folder, false, console, stop);
      } catch (IOException | RuntimeException | Error e) {
        discard(run, job, e);
        throw e;
      }
    }
  }

  private static void discard(NewRun run, TrainingJob job, Throwable failure) {
    if (!job.hasBegun()) {
      try {
        run.discard();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * Goes on with a run where its last checkpoint is, or from the start where there is none.
   *
   * @throws IOException when the folder holds no run of this program, or cannot be written
   */
  Ending resume(RunFolder folder, StopSignal stop) throws IOException {
    RunInfo info = folder.info();
    if (!info.backend().equals(backend.name())) {
      console.remark(otherBackend(info, backend));
    }
    try (TrainingJob job = TrainingJob.of(RunSettings.of(folder), info.seed(), backend)) {
      introduce(job, BackendsCommand.describe(backends, backend.name()));
      boolean checkpoint = Files.exists(folder.lastCheckpoint());
      console.remark(
          "run folder %s, from its %s"
              .formatted(folder.path(), checkpoint ? "last checkpoint" : "start"));
      return job.run(folder, checkpoint, console, stop);
    }
  }

  /** What is to be known where a run goes on with another backend. */
  static String otherBackend(RunInfo info, Backend backend) {
    return "the run began on backend %s and goes on with %s: results will differ in the last digits"
        .formatted(info.backend(), backend.name());
  }

  private void introduce(TrainingJob job, String device) {
    job.describe().forEach(console::remark);
    console.remark("backend " + backend.name() + ": " + device);
  }

  /**
   * The best weights of a run.
   *
   * @throws RunFolderException when it has none yet
   */
  static Path bestWeights(RunFolder folder) throws RunFolderException {
    if (!Files.exists(folder.bestCheckpoint())) {
      throw new RunFolderException(
          "run %s has no weights yet, as no epoch of it is done; go on with ./cambium train --resume %s"
              .formatted(folder.path(), folder.path()));
    }
    return folder.bestCheckpoint();
  }
}
