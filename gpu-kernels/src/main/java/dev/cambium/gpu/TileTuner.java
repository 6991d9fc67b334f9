package dev.cambium.gpu;

import dev.cambium.spi.Tuning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Measures the tiles of {@link TiledFamily} on a device. Products for which the shape suggests the
 * same tile are one subject; each tile that runs is a candidate for it, and wins by the sum of its
 * times, provided that it computes what others do, see {@link TuningRun}.
 */
final class TileTuner {
  private static final int ROUNDS = 5;

  /** Less is noise. */
  private static final double LEAST_GAIN = 1.03;

  private final GpuBackend backend;
  private final List<TuningWorkload> workloads;
  private final Consumer<Tuning.Trial> progress;
  private int done;
  private int trials;

  /** A tuner by the given products. */
  TileTuner(GpuBackend backend, List<TuningWorkload> workloads, Consumer<Tuning.Trial> progress) {
    this.backend = backend;
    this.workloads = List.copyOf(workloads);
    this.progress = progress;
  }

  /** Measures, and keeps the result in {@code file}, unless that is null. */
  Tuning tune(GpuTuningFile file) {
    Map<Subject, List<TuningWorkload>> subjects = subjects();
    subjects.keySet().forEach(subject -> trials += candidates(subject).size());
    Map<String, Tile> tiles = new TreeMap<>();
    List<Tuning.Choice> choices = new ArrayList<>();
    subjects.forEach((subject, all) -> choices.add(choose(subject, all, tiles)));
    if (file == null) {
      return new Tuning(choices, "", "the setting tuning is off");
    }
    try {
      file.write(new GpuTuning(tiles));
      return new Tuning(choices, file.path().toString(), "");
    } catch (IOException e) {
      return new Tuning(choices, "", file.path() + " could not be written (" + e + ")");
    }
  }

  /** Products for which the shape suggests the same. */
  private record Subject(TiledFamily family, Tile byDefault) {
    String key() {
      return GpuTuning.key(family, TuningRun.DTYPE, byDefault);
    }
  }

  private Map<Subject, List<TuningWorkload>> subjects() {
    GpuDevice device = backend.platform().device();
    Map<Subject, List<TuningWorkload>> subjects = new LinkedHashMap<>();
    for (TuningWorkload workload : workloads) {
      Tile byDefault = workload.family().byDefault(workload.size(), device);
      subjects
          .computeIfAbsent(new Subject(workload.family(), byDefault), s -> new ArrayList<>())
          .add(workload);
    }
    return subjects;
  }

  /** The tiles that run, the suggested one first. */
  private List<Tile> candidates(Subject subject) {
    List<Tile> candidates = new ArrayList<>(List.of(subject.byDefault()));
    for (Tile tile : subject.family().tiles()) {
      if (tile != subject.byDefault()
          && subject.family().runs(tile, backend.platform().device(), TuningRun.DTYPE)) {
        candidates.add(tile);
      }
    }
    return candidates;
  }

  private Tuning.Choice choose(Subject subject, List<TuningWorkload> all, Map<String, Tile> tiles) {
    double operations = all.stream().mapToDouble(w -> w.size().operations()).sum();
    List<Tile> candidates = candidates(subject);
    Tile best = subject.byDefault();
    double untuned = 0;
    double most = 0;
    try (TuningRun run = new TuningRun(backend, all, candidates, ROUNDS)) {
      for (Tile tile : candidates) {
        double speed = operations / run.nanoseconds(tile);
        progress.accept(new Tuning.Trial(subject.key(), tile.toString(), speed, ++done, trials));
        if (tile == subject.byDefault()) {
          untuned = speed;
          most = speed;
        } else if (speed > most && speed > untuned * LEAST_GAIN) {
          best = tile;
          most = speed;
        }
      }
    }
    tiles.put(subject.key(), best);
    return new Tuning.Choice(subject.key(), candidates.size(), untuned, best.toString(), most);
  }
}
