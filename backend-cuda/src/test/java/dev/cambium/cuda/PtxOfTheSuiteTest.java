package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.gpu.GpuBackend;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuPrograms;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Probe;
import dev.cambium.tensor.DType;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The programs, groups and arguments that the operations of the conformance suite give to a GPU are
 * those of the PTX. Nothing is computed, so that the suite's own verdicts mean nothing here.
 */
class PtxOfTheSuiteTest {
  /** What takes long and uses the same kernels once more. */
  private static final List<String> LONG = List.of("Networks", "Threads", "Memory");

  /** Gives out one context. */
  private record Silent(ArgumentsContext context) implements BackendProvider {
    @Override
    public String name() {
      return context.device().backend();
    }

    @Override
    public Probe probe() {
      return Probe.available(List.of());
    }

    @Override
    public Backend open(BackendConfig config) {
      return new GpuBackend(context, config);
    }
  }

  @Test
  void whatTheSuiteAsksForIsWhatWasCompiled() {
    ArgumentsContext context = new ArgumentsContext();
    List<ConformanceCase> cases =
        ConformanceSuite.cases("silent").stream().filter(c -> !LONG.contains(c.group())).toList();
    try (ConformanceRun run =
        ConformanceRun.of(new Silent(context), BackendConfig.defaults()).start()) {
      run.run(cases, result -> {});
    }
    assertEquals(new TreeSet<>(), context.faults());
    assertEquals(new TreeSet<>(), neverAsked(context.asked()));
  }

  /** The suite's sizes do not reach every tile, nor depthwise convolutions in FLOAT64. */
  private static SortedSet<String> neverAsked(SortedSet<String> asked) {
    return GpuPrograms.all().stream()
        .filter(program -> !program.name().startsWith("tiled_"))
        .map(GpuProgram::toString)
        .filter(program -> !asked.contains(program))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void whatDoesNotFitIsNoted() {
    ArgumentsContext context = new ArgumentsContext();
    GpuProgram affine = GpuProgram.of("affine", DType.FLOAT32);
    context.function(affine, "affine", Grid.line(1000, 128)).launch();
    context.function(affine, "affine", Grid.line(1000, 256)).set(3, 1.5);
    GpuProgram unlisted = affine.with("COLOUR", "blue");
    Grid grid = Grid.line(1000, 256);
    assertThrows(KernelBuildException.class, () -> context.function(unlisted, "affine", grid));
    String faults = String.join("\n", context.faults());
    assertTrue(faults.contains("affine affine is compiled for groups of"), faults);
    assertTrue(faults.contains("affine affine is launched without argument 4"), faults);
    assertTrue(faults.contains("got FLOAT64 for 3"), faults);
    assertTrue(faults.contains("affine (-DCOLOUR=blue) is not in GpuPrograms"), faults);
  }
}
