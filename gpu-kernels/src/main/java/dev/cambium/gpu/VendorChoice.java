package dev.cambium.gpu;

import dev.cambium.op.Op;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses, for one open backend, between our kernel of an operation and those that libraries of the
 * device's maker offer: by measurement on the device, once for each operation and its shapes. What
 * was chosen is kept, so that later runs compute the same.
 */
final class VendorChoice implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VendorChoice.class);

  /** A library must be so much faster, as noise must not choose it. */
  private static final double LEAST_GAIN = 1.03;

  private static final String OURS = "ours";

  /** What the setting says. */
  private enum Mode {
    OFF,
    AUTO,
    ALWAYS
  }

  private final GpuPlatform gpu;
  private final VendorKernels libraries;
  private final Mode mode;
  private final VendorChoiceFile file;
  private final Map<String, String> choices = new HashMap<>();
  private final Set<String> dropped = new HashSet<>();

  /** A way to compute the operation, by a library. */
  private record Way(VendorKernel library, GpuKernel kernel) {
    String name() {
      return library.library() + " " + library.algorithm();
    }

    void close() {
      kernel.close();
    }
  }

  /**
   * Reads what was chosen before.
   *
   * @throws IllegalArgumentException when the setting {@code libraries} is wrong
   */
  VendorChoice(GpuPlatform gpu, VendorKernels libraries) {
    this.gpu = gpu;
    this.libraries = libraries;
    Mode wanted = mode(gpu);
    // The kernels for processors lay weights out in a way of their own, which no library reads.
    mode = libraries.version().isEmpty() || gpu.isWide() ? Mode.OFF : wanted;
    file =
        mode == Mode.AUTO
            ? GpuTuningFile.folder(gpu)
                .map(folder -> new VendorChoiceFile(folder, gpu.device(), libraries.version()))
                .orElse(null)
            : null;
    if (file != null) {
      choices.putAll(file.read());
    }
  }

  private static Mode mode(GpuPlatform gpu) {
    String setting = gpu.setting("libraries", "auto");
    return switch (setting) {
      case "auto" -> Mode.AUTO;
      case "always" -> Mode.ALWAYS;
      case "off" -> Mode.OFF;
      default ->
          throw new IllegalArgumentException(
              gpu.device().backend()
                  + ".libraries must be auto (what is fastest), always or off, got '"
                  + setting
                  + "'");
    };
  }

  /** Whether every kernel is ours. */
  boolean isOff() {
    return mode == Mode.OFF;
  }

  /**
   * The kernel of an operation.
   *
   * @param own our kernel, which is closed with the result
   * @param offer what libraries can do
   */
  Prepared choose(Op op, List<ValueType> inputs, Prepared own, VendorOffer offer) {
    if (isOff() || !(own instanceof GpuKernel ours) || isEmpty(op, inputs)) {
      return own;
    }
    return gpu.inOrder(
        () -> {
          List<Way> ways = new ArrayList<>();
          try {
            offer.asks().forEach(ask -> ask(ask, offer.around(), ways));
            Way best = ways.isEmpty() ? null : best(op, inputs, ours, ways, offer);
            ways.stream().filter(way -> way != best).forEach(Way::close);
            LOG.debug("{} of {} runs by {}", op, inputs, best == null ? OURS : best.name());
            return best == null
                ? ours
                : new VendorBackedKernel(gpu, ours, best.kernel(), best.library().library());
          } catch (RuntimeException | Error failed) {
            ways.forEach(Way::close);
            ours.close();
            throw failed;
          }
        });
  }

  private static boolean isEmpty(Op op, List<ValueType> inputs) {
    List<ValueType> all = new ArrayList<>(inputs);
    all.addAll(op.infer(inputs));
    return all.stream().anyMatch(type -> type instanceof TensorType t && t.shape().size() == 0);
  }

  private void ask(
      Function<VendorKernels, List<VendorKernel>> ask,
      Function<VendorKernel, GpuKernel.Builder> around,
      List<Way> ways) {
    List<VendorKernel> offered;
    try {
      offered = ask.apply(libraries);
    } catch (VendorException failed) {
      drop(failed);
      return;
    }
    int built = 0;
    try {
      for (VendorKernel library : offered) {
        if (isDropped(library.library())) {
          library.close();
        } else {
          ways.add(new Way(library, around.apply(library).build()));
        }
        built++;
      }
    } finally {
      offered.subList(built, offered.size()).forEach(VendorKernel::close);
    }
  }

  private Way best(
      Op op, List<ValueType> inputs, GpuKernel ours, List<Way> ways, VendorOffer offer) {
    String key = offer.problem();
    String kept = choices.get(key);
    if (OURS.equals(kept)) {
      return null;
    }
    for (Way way : ways) {
      if (mode == Mode.AUTO && way.name().equals(kept)) {
        return way;
      }
    }
    if (mode == Mode.AUTO && gpu.isMeasured()) {
      return null;
    }
    try (VendorTrial trial =
        new VendorTrial(gpu, op, inputs, ours, most(ours, ways), offer.isSquared())) {
      return mode == Mode.ALWAYS ? first(trial, ways) : fastest(trial, ways, key);
    } catch (OutOfMemoryException full) {
      LOG.debug("our own kernel runs {}, for want of memory to try others", key, full);
      // Not in the file, but until the end: the same operation computes the same everywhere.
      choices.put(key, OURS);
      return null;
    }
  }

  private static long most(GpuKernel ours, List<Way> ways) {
    return ways.stream()
        .mapToLong(way -> way.kernel().scratchBytes())
        .reduce(ours.scratchBytes(), Math::max);
  }

  /** The first that runs at all. */
  private Way first(VendorTrial trial, List<Way> ways) {
    return ways.stream().filter(way -> runs(trial, way)).findFirst().orElse(null);
  }

  private boolean runs(VendorTrial trial, Way way) {
    if (isDropped(way.library().library())) {
      return false;
    }
    try {
      trial.begin(way.kernel());
      return true;
    } catch (VendorException failed) {
      if (failed.isUnsupported()) {
        LOG.debug("{} is not used: {}", way.name(), failed.getMessage());
      } else {
        drop(failed);
      }
      return false;
    }
  }

  /** The fastest that gives the results of our kernel, which is null when it is our kernel. */
  private Way fastest(VendorTrial trial, List<Way> ways, String key) {
    double ours = trial.nanosecondsOfOurs();
    double least = ours / LEAST_GAIN;
    Way best = null;
    for (Way way : ways) {
      if (runs(trial, way) && agrees(trial, way, key)) {
        double time = trial.nanoseconds(way.kernel());
        LOG.debug("{} takes {} ns by {}, {} ns by ours", key, time, way.name(), ours);
        if (time < least) {
          least = time;
          best = way;
        }
      }
    }
    keep(key, best == null ? OURS : best.name());
    return best;
  }

  private boolean agrees(VendorTrial trial, Way way, String key) {
    if (trial.agrees()) {
      return true;
    }
    LOG.warn(
        "{} gives another result than our own kernel for {} on {}; it is not used for that. Please"
            + " report this with the device and the versions of its driver and libraries, {}",
        way.name(),
        key,
        gpu.name(),
        libraries.version());
    return false;
  }

  private void keep(String key, String choice) {
    choices.put(key, choice);
    if (file != null) {
      file.add(key, choice);
    }
  }

  /** Whether a library failed. */
  boolean isDropped(String library) {
    return dropped.contains(library);
  }

  /** Never calls the library again; says so once. Within the gate. */
  void drop(VendorException failed) {
    if (dropped.add(failed.library())) {
      LOG.warn(
          "{} is not used any more on {}: {}; our own kernels take over",
          failed.library(),
          gpu.name(),
          failed.getMessage());
    }
  }

  /** Forgets what was ever chosen for the device, as our kernels changed. */
  void forget() {
    gpu.inOrder(
        () -> {
          choices.clear();
          GpuTuningFile.folder(gpu)
              .ifPresent(folder -> VendorChoiceFile.deleteAll(folder, gpu.device()));
          return null;
        });
  }

  /** Closes the libraries. */
  @Override
  public void close() {
    libraries.close();
  }
}
