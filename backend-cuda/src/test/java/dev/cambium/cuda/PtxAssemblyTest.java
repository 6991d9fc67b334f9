package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuPrograms;
import dev.cambium.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every program assembles for the GPUs that people have, optimised as the driver does it; the
 * registers, shared memory and spills of each kernel are noted for people to read.
 */
class PtxAssemblyTest {
  private static final List<String> ARCHITECTURES =
      List.of("sm_75", "sm_80", "sm_86", "sm_89", "sm_90");
  private static final Path REPORT = Path.of("target", "ptx-resources.txt");
  private static final Pattern KERNEL =
      Pattern.compile(
          "Function properties for (\\w+)\\s+\\S+\\s+\\.\\s+(\\d+) bytes stack frame,"
              + " (\\d+) bytes spill stores, (\\d+) bytes spill loads"
              + "\\s+ptxas info\\s+: Used (\\d+) registers(.*)");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  private static final List<String> REPORTED = Collections.synchronizedList(new ArrayList<>());
  private static ExecutorService workers;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(PtxAssembler.unpack(), "JCuda has no compiler of PTX for this machine");
    workers = Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()));
  }

  @AfterAll
  static void stop() throws IOException {
    if (workers != null) {
      workers.shutdownNow();
      Files.createDirectories(REPORT.getParent());
      Files.write(REPORT, REPORTED.stream().sorted().toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyProgramAssemblesForEveryArchitecture() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String architecture : ARCHITECTURES) {
      for (GpuProgram program : GpuPrograms.all()) {
        Future<String> log = workers.submit(() -> assemble(program, architecture));
        tests.add(
            DynamicTest.dynamicTest(
                program + " for " + architecture, () -> examine(program, architecture, log)));
      }
    }
    return tests.stream();
  }

  private static String assemble(GpuProgram program, String architecture) {
    return PtxAssembler.assemble(Ptx.of(program).text(), "--gpu-name=" + architecture, "--verbose");
  }

  private static void examine(GpuProgram program, String architecture, Future<String> log)
      throws ExecutionException, InterruptedException {
    String text = log.get();
    for (Ptx.Entry entry : Ptx.of(program).entries()) {
      assertTrue(text.contains("'" + entry.name() + "' for '" + architecture + "'"), text);
    }
    int kernels = 0;
    for (Matcher kernel = KERNEL.matcher(text); kernel.find(); kernels++) {
      REPORTED.add(architecture + " " + program + " " + described(kernel));
    }
    assertEquals(Ptx.of(program).entries().size(), kernels, text);
  }

  private static String described(Matcher kernel) {
    Matcher shared = SHARED.matcher(kernel.group(6));
    return kernel.group(1)
        + ": "
        + kernel.group(5)
        + " registers, "
        + (shared.find() ? shared.group(1) : "0")
        + " bytes of shared memory, "
        + kernel.group(2)
        + " of stack, "
        + kernel.group(3)
        + " spilled, "
        + kernel.group(4)
        + " of spills read";
  }

  @Test
  void whatIsNoPtxDoesNotAssemble() {
    String affine =
        new String(Ptx.of(GpuProgram.of("affine", DType.FLOAT32)).text(), StandardCharsets.UTF_8);
    String wrong = affine.replaceFirst("\n\tld\\.param\\.", "\n\tload.param.");
    assertFalse(wrong.equals(affine), affine);
    assertTrue(fails(wrong, "sm_90").contains("load"), () -> fails(wrong, "sm_90"));
    String newer = affine.replace(".target sm_75", ".target sm_80");
    assertTrue(
        fails(newer, "sm_75").contains("higher than default SM version"),
        () -> fails(newer, "sm_75"));
  }

  private static String fails(String ptx, String architecture) {
    return assertThrows(
            IllegalArgumentException.class,
            () ->
                PtxAssembler.assemble(
                    ptx.getBytes(StandardCharsets.UTF_8), "--gpu-name=" + architecture))
        .getMessage();
  }
}
