package dev.cambium.gpu;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Tuning;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures tiles on a device. Products for which the shape suggests the same tile form a group, and
 * each tile that runs computes all of a group; the fastest is kept where it gains by more than
 * chance.
 */
final class Tuner {
  /** What a tile must be better by than the usual one, as times differ by chance. */
  private static final double LEAST_GAIN = 1.03;

  /** A run that takes longer is measured once. */
  private static final long LONG_NANOSECONDS = 100_000_000;

  private static final int RUNS = 3;

  private record Scratch(long bytes) implements Opaque {}

  /** Products that are tuned together, and the tiles that may run them. */
  private record Group(TiledFamily family, Tile usual, List<TuningCase> cases, List<Tile> tiles) {
    String subject() {
      return family.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", usually " + name(usual);
    }

    String key() {
      return GpuTuning.key(family, cases.get(0).size().dtype(), usual);
    }

    double operations() {
      return cases.stream().mapToDouble(product -> product.size().operations()).sum();
    }
  }

  private final GpuPlatform gpu;
  private final Backend backend;

  Tuner(GpuPlatform gpu, Backend backend) {
    this.gpu = gpu;
    this.backend = backend;
  }

  /** Measures everything and keeps what was found in {@code file}. */
  Tuning tune(TuningFile file, Consumer<Tuning.Trial> progress) {
    List<Group> groups = groups();
    int trials = groups.stream().mapToInt(group -> group.tiles().size()).sum();
    int done = 0;
    Map<String, Tile> tiles = new LinkedHashMap<>();
    List<Tuning.Choice> choices = new ArrayList<>();
    for (Group group : groups) {
      Map<Tile, Double> rates = new LinkedHashMap<>();
      for (Tile tile : group.tiles()) {
        double rate = rate(group, tile);
        rates.put(tile, rate);
        progress.accept(new Tuning.Trial(group.subject(), name(tile), rate, ++done, trials));
      }
      Tile chosen = fastest(rates, group.usual());
      if (chosen != group.usual()) {
        tiles.put(group.key(), chosen);
      }
      choices.add(
          new Tuning.Choice(
              group.subject(),
              rates.size(),
              rates.get(group.usual()),
              name(chosen),
              rates.get(chosen)));
    }
    return kept(file, new GpuTuning(tiles), choices);
  }

  private List<Group> groups() {
    GpuDevice device = gpu.device();
    Map<String, Group> groups = new LinkedHashMap<>();
    for (TuningCase product : TuningCase.of(device)) {
      TiledFamily family = product.family();
      Tile usual = family.byDefault(product.size(), device);
      List<Tile> tiles =
          family.tiles().stream()
              .filter(tile -> family.runs(tile, device, product.size().dtype()))
              .toList();
      Group empty = new Group(family, usual, new ArrayList<>(), tiles);
      groups.computeIfAbsent(family + "." + usual, key -> empty).cases().add(product);
    }
    return groups.values().stream().filter(group -> group.tiles().contains(group.usual())).toList();
  }

  private static String name(Tile tile) {
    return tile.rows() + "x" + tile.columns();
  }

  private static Tile fastest(Map<Tile, Double> rates, Tile usual) {
    Tile best = usual;
    for (Tile tile : rates.keySet()) {
      best = rates.get(tile) > rates.get(best) ? tile : best;
    }
    return rates.get(best) >= LEAST_GAIN * rates.get(usual) ? best : usual;
  }

  /** 10^9 operations per second of a group; 0 when the device cannot run the tile. */
  private double rate(Group group, Tile tile) {
    GpuTuning tuning = new GpuTuning(Map.of(group.key(), tile));
    TiledContractions contractions = new TiledContractions(gpu, tuning);
    try {
      long nanoseconds = 0;
      for (TuningCase product : group.cases()) {
        try (Kernel kernel = (Kernel) product.prepare(contractions)) {
          nanoseconds += nanoseconds(product, kernel);
        }
      }
      return group.operations() / Math.max(1, nanoseconds);
    } catch (KernelBuildException doesNotRun) {
      return 0;
    }
  }

  private long nanoseconds(TuningCase product, Kernel kernel) {
    List<Memory> memory = new ArrayList<>();
    try {
      Buffer[] inputs = buffers(product.inputs(), memory);
      Buffer[] outputs = buffers(product.op().infer(product.inputs()), memory);
      long scratchBytes = kernel.scratchBytes();
      Buffer scratch = scratchBytes == 0 ? null : buffer(new Scratch(scratchBytes), memory);
      Runnable run = () -> kernel.run(inputs, outputs, scratch);
      long fastest = backend.busyNanoseconds(run);
      for (int i = 0; i < RUNS && fastest < LONG_NANOSECONDS; i++) {
        fastest = Math.min(fastest, backend.busyNanoseconds(run));
      }
      return fastest;
    } finally {
      memory.forEach(Memory::close);
    }
  }

  private Buffer[] buffers(List<ValueType> types, List<Memory> memory) {
    return types.stream().map(type -> buffer(type, memory)).toArray(Buffer[]::new);
  }

  private Buffer buffer(ValueType type, List<Memory> memory) {
    Memory piece = backend.allocate(backend.bytes(type));
    memory.add(piece);
    Buffer buffer = backend.bind(piece, type);
    if (type instanceof TensorType) {
      backend.fill(buffer, 0.5);
    }
    return buffer;
  }

  private Tuning kept(TuningFile file, GpuTuning tuning, List<Tuning.Choice> choices) {
    if (file.path().isEmpty()) {
      return new Tuning(choices, "", "the setting " + gpu.device().backend() + ".tuning is off");
    }
    try {
      file.store(tuning, gpu.device());
      return new Tuning(choices, file.path().get().toString(), "");
    } catch (IOException failed) {
      return new Tuning(choices, "", failed.getMessage());
    }
  }
}
