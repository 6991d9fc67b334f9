package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Tuning;
import dev.cambium.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a device without memory or kernels, whose clock depends on the tiles alone. */
class TunerTest {
  private static final long USUAL = 1_000_000;

  @TempDir Path folder;

  private Tuning tune(ToLongFunction<String> nanoseconds, List<Tuning.Trial> trials) {
    return tune(new TimedContext(nanoseconds), folder.toString(), trials);
  }

  private static Tuning tune(TimedContext device, String setting, List<Tuning.Trial> trials) {
    BackendConfig config = new BackendConfig("", Map.of("fake.tuning", setting));
    try (GpuBackend backend = new GpuBackend(device, config)) {
      Tuning tuning = backend.tune(trials::add);
      assertEquals(0, backend.memory().bytes());
      assertEquals(0, device.openFunctions());
      return tuning;
    }
  }

  private GpuTuning kept() {
    BackendConfig config = new BackendConfig("", Map.of("fake.tuning", folder.toString()));
    return TuningFile.of(config, new TimedContext(tile -> USUAL).device()).load();
  }

  @Test
  void theFastestTileOfEachGroupIsChosenAndKept() {
    List<Tuning.Trial> trials = new ArrayList<>();
    Tuning tuning = tune(tile -> tile.equals("64x64") ? USUAL / 2 : USUAL, trials);
    assertTrue(tuning.stored().startsWith(folder.toString()), tuning.stored());
    assertEquals("", tuning.remark());
    for (Tuning.Choice choice : tuning.choices()) {
      assertEquals("64x64", choice.chosen(), choice.subject());
      boolean was = choice.subject().endsWith(" 64x64");
      assertEquals(was ? 1 : 2, choice.tuned() / choice.untuned(), 1e-9, choice.subject());
    }
    assertTrue(kept().tiles().values().stream().allMatch(Tile.SQUARE::equals));
    assertEquals(
        Tile.SQUARE,
        kept().tiles().get(GpuTuning.key(TiledFamily.PRODUCT, DType.FLOAT32, Tile.LARGE)));
    int all = tuning.choices().stream().mapToInt(Tuning.Choice::candidates).sum();
    assertEquals(all, trials.size());
    for (int i = 0; i < all; i++) {
      assertEquals(i + 1, trials.get(i).done());
      assertEquals(all, trials.get(i).trials());
      assertTrue(trials.get(i).gigaflopsPerSecond() > 0);
    }
  }

  @Test
  void eachFamilyIsMeasured() {
    Tuning tuning = tune(tile -> USUAL, new ArrayList<>());
    for (String family : List.of("product", "convolution", "backward data", "backward weights")) {
      assertTrue(
          tuning.choices().stream().anyMatch(c -> c.subject().startsWith(family + ", usually ")),
          tuning.choices().toString());
    }
  }

  @Test
  void whatGainsNoMoreThanChanceIsLeftAsItIs() {
    Tuning tuning =
        tune(tile -> tile.equals("64x64") ? USUAL * 98 / 100 : USUAL, new ArrayList<>());
    assertEquals(GpuTuning.NONE, kept());
    for (Tuning.Choice choice : tuning.choices()) {
      assertTrue(choice.subject().endsWith(" " + choice.chosen()), choice.toString());
    }
  }

  @Test
  void aTileThatDoesNotCompileIsNotChosen() {
    List<Tuning.Trial> trials = new ArrayList<>();
    tune(tile -> tile.equals("32x32") ? -1 : USUAL, trials);
    assertTrue(
        trials.stream()
            .filter(trial -> trial.candidate().equals("32x32"))
            .allMatch(trial -> trial.gigaflopsPerSecond() == 0));
    assertTrue(kept().tiles().values().stream().noneMatch(Tile.SMALL::equals));
  }

  @Test
  void whereNothingIsKeptTheRemarkSaysWhy() throws Exception {
    TimedContext device = new TimedContext(tile -> USUAL);
    Tuning off = tune(device, "off", new ArrayList<>());
    assertEquals("", off.stored());
    assertEquals("the setting fake.tuning is off", off.remark());
    Path occupied = Files.writeString(folder.resolve("occupied"), "by a file");
    Tuning refused = tune(new TimedContext(tile -> USUAL), occupied.toString(), new ArrayList<>());
    assertEquals("", refused.stored());
    assertTrue(refused.remark().contains(" cannot be written: "), refused.remark());
  }

  @Test
  void processorsHaveNothingToTune() {
    BackendConfig config = new BackendConfig("", Map.of("fake.kernels", "wide"));
    try (GpuBackend backend = new GpuBackend(new TimedContext(tile -> USUAL), config)) {
      Tuning tuning = backend.tune(trial -> {});
      assertTrue(tuning.isEmpty());
      assertTrue(tuning.remark().contains("processors"), tuning.remark());
    }
  }
}
