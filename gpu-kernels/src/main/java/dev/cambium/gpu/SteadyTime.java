package dev.cambium.gpu;

import dev.cambium.spi.OutOfMemoryException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a device works on something that is done again and again, as steps of a training are:
 * recorded and launched as a whole. A time contains the work of all its commands, and the moments
 * in which the device goes from one to the next. It contains next to nothing of what the host takes
 * to give them: so many runs are recorded one behind the other that they take at least {@link
 * #LEAST_NANOSECONDS} together, beside which one launch of the recording is little. What fits into
 * the device's caches is found there by all runs but the first.
 *
 * <p>Where nothing is recorded, a time is that of one run by {@link GpuContext#busyNanoseconds},
 * with whatever that contains.
 */
final class SteadyTime {
  /** The launch of a recording takes some microseconds to arrive. */
  static final double LEAST_NANOSECONDS = 400_000;

  /** Recordings take memory, and any command takes a device about a microsecond. */
  static final int MOST_RUNS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(SteadyTime.class);

  /** So that the next recording is long enough although times vary. */
  private static final double MARGIN = 1.25;

  private final GpuContext context;
  private final int rounds;

  /**
   * Times on a device.
   *
   * @param rounds how often each is taken; the median counts
   */
  SteadyTime(GpuContext context, int rounds) {
    this.context = context;
    this.rounds = rounds;
  }

  /**
   * The nanoseconds of one run, at least 1. Within the gate.
   *
   * @param work commands that can be repeated, and ran once before, as that loads programs
   */
  double nanoseconds(Runnable work) {
    return recorded(work).orElseGet(() -> direct(work));
  }

  /** The same, with each command given by itself. Within the gate. */
  double direct(Runnable work) {
    return Math.max(1, median(work));
  }

  /** The same, of a recording; empty where the device keeps none of it. Within the gate. */
  OptionalDouble recorded(Runnable work) {
    int runs = 1;
    double each = context.busyNanoseconds(work);
    while (true) {
      // A single run may be mostly the way to the device: the first recordings correct it.
      runs = Math.max(runs, (int) Math.min(MOST_RUNS, Math.ceil(wanted(each))));
      Optional<GpuRecording> recording = record(work, runs);
      if (recording.isEmpty()) {
        return OptionalDouble.empty();
      }
      try (GpuRecording launched = recording.get()) {
        double all = median(launched::launch);
        if (all >= LEAST_NANOSECONDS || runs == MOST_RUNS) {
          return OptionalDouble.of(Math.max(1, all / runs));
        }
        each = all / runs;
      } catch (OutOfMemoryException full) {
        LOG.debug("{} recorded runs do not fit on the device", runs, full);
        return OptionalDouble.empty();
      }
    }
  }

  private static double wanted(double each) {
    return MARGIN * LEAST_NANOSECONDS / Math.max(1, each);
  }

  private Optional<GpuRecording> record(Runnable work, int runs) {
    try {
      return context.record(
          () -> {
            for (int i = 0; i < runs; i++) {
              work.run();
            }
          });
    } catch (OutOfMemoryException full) {
      LOG.debug("{} runs are not recorded", runs, full);
      return Optional.empty();
    }
  }

  private double median(Runnable work) {
    double[] times = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      times[i] = context.busyNanoseconds(work);
    }
    Arrays.sort(times);
    return times[rounds / 2];
  }
}
