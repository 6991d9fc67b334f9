package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GpuProgramsTest {
  private static SortedSet<String> listed() {
    return GpuPrograms.all().stream()
        .map(GpuProgram::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The files for GPUs, without their endings, that have kernels and that no other includes. */
  private static SortedSet<String> sources() throws IOException, URISyntaxException {
    SortedSet<String> sources = new TreeSet<>();
    StringBuilder all = new StringBuilder();
    Path folder = Path.of(GpuProgram.class.getResource("prelude.cl").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".cl")).toList()) {
        String name = file.getFileName().toString();
        String text = Files.readString(file);
        all.append(text);
        if (!name.startsWith("wide_") && text.contains("KERNEL GROUP_OF")) {
          sources.add(name.substring(0, name.length() - 3));
        }
      }
    }
    sources.removeIf(name -> all.indexOf("#include \"" + name + ".cl\"") >= 0);
    return sources;
  }

  @Test
  void everySourceWithKernelsIsListed() throws Exception {
    assertEquals(sources(), listed());
  }

  @Test
  void eachProgramIsListedOnce() {
    assertEquals(GpuPrograms.all().size(), Set.copyOf(GpuPrograms.all()).size());
  }

  @Test
  void everyTileOfEveryFamilyIsListedInBothTypes() {
    for (TiledFamily family : TiledFamily.values()) {
      for (Tile tile : Tile.values()) {
        for (DType real : List.of(DType.FLOAT32, DType.FLOAT64)) {
          assertEquals(
              family.tiles().contains(tile),
              GpuPrograms.all().contains(family.program(tile, real)),
              () -> family + " " + tile + " " + real);
        }
      }
    }
  }

  @Test
  void programsForProcessorsAreNotListed() {
    for (GpuProgram program : GpuPrograms.all()) {
      assertFalse(program.name().startsWith("wide_"), program::toString);
      assertFalse(program.defines().containsKey("WIDE"), program::toString);
      assertTrue(program.source().contains("KERNEL GROUP_OF"), program::toString);
    }
  }
}
