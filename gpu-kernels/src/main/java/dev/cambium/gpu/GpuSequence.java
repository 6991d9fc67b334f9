package dev.cambium.gpu;

import dev.cambium.spi.Launch;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Sequence;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches that are given to the device in one go. The first run gives them one by one: the driver
 * loads what they need, and an error names its layer. The second records them, where the device
 * keeps commands, and from then on the recording runs instead. Whatever changes between two runs
 * lies in buffers, so that both ways give the same bits.
 */
final class GpuSequence implements Sequence {
  private static final Logger LOG = LoggerFactory.getLogger(GpuSequence.class);

  /** To launch a recording takes a driver about as long as to launch two kernels. */
  static final int LEAST_RECORDED = 3;

  private final GpuPlatform platform;
  private final Launch[] launches;
  private boolean isToRecord;
  private RecordedLaunches recorded;
  private boolean ran;
  private boolean closed;

  GpuSequence(GpuPlatform platform, List<Launch> launches) {
    this.platform = platform;
    this.launches = launches.toArray(Launch[]::new);
    this.isToRecord = isWorthRecording();
  }

  private boolean isWorthRecording() {
    long commands = 0;
    for (Launch launch : launches) {
      if (!(launch.kernel() instanceof RecordableKernel kernel)) {
        return false;
      }
      commands += kernel.commands();
    }
    return commands >= LEAST_RECORDED;
  }

  @Override
  public void run() {
    platform.enter();
    try {
      platform.requireOpen();
      if (closed) {
        throw new IllegalStateException("a sequence of " + platform.name() + " was closed");
      }
      if (isToRecord && ran) {
        isToRecord = false;
        recorded = record();
      }
      if (recorded == null || !isReplayed()) {
        runEach();
      }
      ran = true;
      platform.context().flush();
    } finally {
      platform.leave();
    }
  }

  private void runEach() {
    for (Launch launch : launches) {
      try {
        launch.run();
      } catch (GpuException failed) {
        throw failed.at(launch.label());
      }
    }
  }

  /** Null where the launches go on one by one. */
  private RecordedLaunches record() {
    RecordedLaunches.Uses uses = RecordedLaunches.Uses.of(launches);
    uses.requireOpen();
    try {
      Optional<GpuRecording> recording = platform.context().record(this::runEach);
      if (recording.isPresent()) {
        return new RecordedLaunches(recording.get(), uses);
      }
      LOG.debug("{} does not record {}; they run one by one", platform.name(), words());
    } catch (DeviceLostException lost) {
      throw lost.at(words());
    } catch (GpuException | OutOfMemoryException failed) {
      LOG.warn(
          "{} could not record {}, which run one by one instead: {}",
          platform.name(),
          words(),
          failed.toString());
    }
    return null;
  }

  /** Whether the recording ran; without memory for it on the device nothing did. */
  private boolean isReplayed() {
    try {
      recorded.run();
      return true;
    } catch (OutOfMemoryException full) {
      LOG.warn(
          "{} has no memory to run the recording of {}, which run one by one instead: {}",
          platform.name(),
          words(),
          full.toString());
      recorded.close();
      recorded = null;
      return false;
    } catch (GpuException failed) {
      throw failed.at(
          "one of "
              + words()
              + " in a recorded step (the setting "
              + platform.device().backend()
              + ".graphs=off shows which)");
    }
  }

  private String words() {
    return launches.length
        + " operations from "
        + launches[0].label()
        + " to "
        + launches[launches.length - 1].label();
  }

  @Override
  public void close() {
    platform.enter();
    try {
      closed = true;
      if (recorded != null) {
        recorded.close();
        recorded = null;
      }
    } finally {
      platform.leave();
    }
  }
}
