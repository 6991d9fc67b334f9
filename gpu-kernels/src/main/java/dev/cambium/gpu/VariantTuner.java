package dev.cambium.gpu;

import dev.cambium.spi.Tuning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Measures variants of kernels on a device. Each candidate of a subject computes all its products,
 * and wins by the sum of its {@linkplain SteadyTime times}, provided that it computes what others
 * do, see {@link TuningRun}.
 */
final class VariantTuner<V extends Enum<V>> {
  private static final int ROUNDS = 5;

  /** Less is noise. */
  private static final double LEAST_GAIN = 1.03;

  private final GpuBackend backend;
  private final List<TuningWorkload<V>> workloads;
  private final Consumer<Tuning.Trial> progress;
  private int done;
  private int trials;

  /** A tuner by the given products. */
  VariantTuner(
      GpuBackend backend, List<TuningWorkload<V>> workloads, Consumer<Tuning.Trial> progress) {
    this.backend = backend;
    this.workloads = List.copyOf(workloads);
    this.progress = progress;
  }

  /**
   * Measures, and keeps the result in {@code file}, unless that is null.
   *
   * @param merge what is to be kept, from what is and the variant chosen for each subject's key
   */
  Tuning tune(GpuTuningFile file, BiFunction<GpuTuning, Map<String, V>, GpuTuning> merge) {
    Map<TuningSubject<V>, List<TuningWorkload<V>>> subjects = new LinkedHashMap<>();
    for (TuningWorkload<V> workload : workloads) {
      subjects.computeIfAbsent(workload.subject(), s -> new ArrayList<>()).add(workload);
    }
    subjects.keySet().forEach(subject -> trials += subject.candidates().size());
    Map<String, V> chosen = new HashMap<>();
    List<Tuning.Choice> choices = new ArrayList<>();
    subjects.forEach((subject, all) -> choices.add(choose(subject, all, chosen)));
    if (file == null) {
      return new Tuning(choices, "", "the setting tuning is off");
    }
    try {
      file.write(merge.apply(file.read(), chosen));
      return new Tuning(choices, file.path().toString(), "");
    } catch (IOException e) {
      return new Tuning(choices, "", file.path() + " could not be written (" + e + ")");
    }
  }

  private Tuning.Choice choose(
      TuningSubject<V> subject, List<TuningWorkload<V>> all, Map<String, V> chosen) {
    double operations = all.stream().mapToDouble(TuningWorkload::operations).sum();
    V byDefault = subject.candidates().get(0);
    V best = byDefault;
    double untuned = 0;
    double most = 0;
    try (TuningRun<V> run = new TuningRun<>(backend, all, subject.candidates(), ROUNDS)) {
      for (V variant : subject.candidates()) {
        double speed = operations / run.nanoseconds(variant);
        progress.accept(
            new Tuning.Trial(subject.words(), variant.toString(), speed, ++done, trials));
        if (variant == byDefault) {
          untuned = speed;
          most = speed;
        } else if (speed > most && speed > untuned * LEAST_GAIN) {
          best = variant;
          most = speed;
        }
      }
      if (best != byDefault) {
        // A machine that was busy for a moment made the default look slow: once more, in turn.
        untuned = Math.max(untuned, operations / run.nanoseconds(byDefault));
        most = Math.min(most, operations / run.nanoseconds(best));
        if (most <= untuned * LEAST_GAIN) {
          best = byDefault;
          most = untuned;
        }
      }
    }
    chosen.put(subject.key(), best);
    return new Tuning.Choice(
        subject.words(), subject.candidates().size(), untuned, best.toString(), most);
  }
}
