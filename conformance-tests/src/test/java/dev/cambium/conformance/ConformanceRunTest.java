package dev.cambium.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.fixture.MemoryOnlyBackend;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ConformanceReport;
import dev.cambium.op.Softmax;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Skipped is not passed, and no case takes others down with it. */
class ConformanceRunTest {
  private static final ConformanceCase PASSING = examined("Toy/passing", backend -> {});
  private static final ConformanceCase FAILING =
      examined(
          "Toy/failing",
          backend -> {
            throw new AssertionError("Toy/failing: got 2, expected 1");
          });

  private static ConformanceCase examined(String id, ConformanceCase.Check check) {
    return new ConformanceCase(id, "", check);
  }

  private static ConformanceRun.Builder runOn(Supplier<Backend> backends) {
    return ConformanceRun.of(new OpenedBy(config -> backends.get()), BackendConfig.defaults())
        .rerun(id -> "again " + id);
  }

  private static ConformanceReport report(
      ConformanceRun.Builder settings, ConformanceCase... cases) {
    try (ConformanceRun run = settings.start()) {
      return run.run(List.of(cases), result -> {});
    }
  }

  private static ConformanceReport report(ConformanceCase... cases) {
    return report(runOn(MemoryOnlyBackend::new), cases);
  }

  @Test
  void aBackendConformsWhenEveryCasePasses() {
    ConformanceReport report = report(PASSING);
    assertTrue(report.allPassed());
    assertEquals("1 passed, 0 failed, 0 skipped", report.summary());
  }

  @Test
  void zeroCasesFail() {
    try (ConformanceRun run = runOn(MemoryOnlyBackend::new).start()) {
      assertThrows(IllegalArgumentException.class, () -> run.run(List.of(), result -> {}));
      assertFalse(run.report().allPassed());
      assertEquals("0 passed, 0 failed, 0 skipped", run.report().summary());
    }
  }

  @Test
  void aFailureIsToldAtOnceWithTheCommandThatRerunsIt() {
    List<CaseResult> told = new ArrayList<>();
    List<String> order = new ArrayList<>();
    ConformanceCase last = examined("Toy/last", backend -> order.add("last runs"));
    try (ConformanceRun run = runOn(MemoryOnlyBackend::new).start()) {
      ConformanceReport report =
          run.run(
              List.of(FAILING, last),
              result -> {
                told.add(result);
                order.add(result.id() + " told");
              });
      assertFalse(report.allPassed());
      assertEquals(report.results(), told);
    }
    assertEquals(List.of("Toy/failing told", "last runs", "Toy/last told"), order);
    assertEquals("Toy/failing: got 2, expected 1", told.get(0).message());
    assertEquals("again Toy/failing", told.get(0).rerun());
  }

  @Test
  void anExpectedFailureIsSkippedWhichIsNotPassed() {
    ConformanceReport report =
        report(
            runOn(MemoryOnlyBackend::new).expectedFailures(List.of("Toy/fail*")), FAILING, PASSING);
    assertEquals("1 passed, 0 failed, 1 skipped", report.summary());
    assertFalse(report.allPassed());
  }

  @Test
  void anUnexpectedPassFails() {
    ConformanceReport report =
        report(runOn(MemoryOnlyBackend::new).expectedFailures(List.of("Toy/passing")), PASSING);
    assertEquals("0 passed, 1 failed, 0 skipped", report.summary());
    assertEquals(
        "Toy/passing: passed, though it was expected to fail; take it off that list",
        report.results().get(0).message());
  }

  @Test
  void whateverACaseThrowsFailsItAndHoldsUpNoOther() {
    ConformanceCase endless = examined("Toy/recursion", backend -> recurse(1));
    ConformanceCase linkage =
        examined(
            "Toy/linkage",
            backend -> {
              throw new NoClassDefFoundError("org/example/Missing");
            });
    ConformanceCase memory =
        examined(
            "Toy/memory",
            backend -> {
              throw new OutOfMemoryError("Java heap space");
            });
    ConformanceCase lines =
        examined(
            "Toy/lines",
            backend -> {
              throw new IllegalStateException("native error:\n\tstatus 3\u0007\r\n");
            });
    ConformanceReport report = report(endless, linkage, memory, lines, PASSING);
    assertEquals("1 passed, 4 failed, 0 skipped", report.summary());
    assertEquals(
        List.of(
            "Toy/recursion: java.lang.StackOverflowError",
            "Toy/linkage: java.lang.NoClassDefFoundError: org/example/Missing",
            "Toy/memory: java.lang.OutOfMemoryError: Java heap space",
            "Toy/lines: java.lang.IllegalStateException: native error: status 3",
            ""),
        report.results().stream().map(CaseResult::message).toList());
  }

  @Test
  void whatIsThrownInTheBackendIsSaidWithItsLine() {
    ConformanceCase missing =
        examined(
            "Toy/missing input",
            backend -> new MutantBackend(MutantBackend.NONE).prepare(new Softmax(), List.of()));
    String message = report(missing).results().get(0).message();
    assertTrue(
        message.startsWith("Toy/missing input: java.lang.IllegalArgumentException: Softmax "),
        message);
    assertTrue(
        message.matches(".* at MutantBackend\\.prepare\\(MutantBackend\\.java:\\d+\\)"), message);
  }

  private static int recurse(int depth) {
    return depth == 0 ? 0 : recurse(depth + 1) + 1;
  }

  @Test
  void aFailureClosesTheSharedDeviceAndSaysWhenThatFailsToo() {
    List<Backend> shared = new ArrayList<>();
    AtomicInteger closed = new AtomicInteger();
    Supplier<Backend> backends =
        () ->
            new MemoryOnlyBackend() {
              @Override
              public void close() {
                super.close();
                if (closed.incrementAndGet() == 2) { // the first one is opened to see if it opens
                  throw new IllegalStateException("device lost");
                }
              }
            };
    ConformanceCase.Check sharing = backend -> shared.add(backend.shared());
    ConformanceCase failing =
        examined(
            "Toy/failing",
            backend -> {
              sharing.run(backend);
              throw new AssertionError("wrong");
            });
    ConformanceReport report = report(runOn(backends), failing, examined("Toy/next", sharing));
    assertNotSame(shared.get(0), shared.get(1));
    assertEquals("1 passed, 1 failed, 0 skipped", report.summary());
    assertEquals(
        "Toy/failing: wrong; closing the backend after that failed, too:"
            + " java.lang.IllegalStateException: device lost",
        report.results().get(0).message());
  }

  @Test
  void aBackendThatCannotBeOpenedFailsOnceAndNothingElseIsTried() {
    AtomicInteger opened = new AtomicInteger();
    Supplier<Backend> backends =
        () -> {
          opened.incrementAndGet();
          throw new BackendUnavailableException("no driver found: install one");
        };
    ConformanceReport report = report(runOn(backends), PASSING, PASSING, PASSING);
    assertEquals(1, opened.get());
    assertEquals("0 passed, 1 failed, 2 skipped", report.summary());
    assertFalse(report.allPassed());
    String why =
        "the backend cannot be opened: dev.cambium.spi.BackendUnavailableException: no driver found:"
            + " install one";
    assertEquals("Toy/passing: " + why, report.results().get(0).message());
    assertEquals("Toy/passing: not run: " + why, report.results().get(2).message());
  }

  @Test
  void anAnnouncedFailureDoesNotHideThatNothingCanBeOpened() {
    ConformanceRun.Builder settings =
        runOn(
                () -> {
                  throw new BackendUnavailableException("no driver");
                })
            .expectedFailures(List.of("Toy/failing"));
    assertEquals("0 passed, 1 failed, 0 skipped", report(settings, FAILING).summary());
  }

  @Test
  void aCaseThatDoesNotEndIsReportedWhileItRunsAndThenGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    List<String> told = new ArrayList<>();
    List<BackendUnderTest> used = new ArrayList<>();
    ConformanceCase hanging =
        examined(
            "Toy/hanging",
            backend -> {
              used.add(backend);
              spinUntil(end);
            });
    ConformanceCase next = examined("Toy/next", used::add);
    ConformanceRun.Builder settings =
        runOn(MemoryOnlyBackend::new)
            .timeLimit(Duration.ofMillis(300), Duration.ofMillis(50))
            .whileRunning((c, time) -> told.add(ConformanceRun.stillRunning(c, time)));
    ConformanceReport report = report(settings, hanging, next);
    end.countDown();
    assertEquals("1 passed, 1 failed, 0 skipped", report.summary());
    String message = report.results().get(0).message();
    assertTrue(message.startsWith("Toy/hanging: did not end within 0 s, it is in "), message);
    assertTrue(message.contains("ConformanceRunTest.spinUntil(ConformanceRunTest.java:"), message);
    assertTrue(told.contains("Toy/hanging has been running for 0 s"), told.toString());
    assertNotSame(used.get(0), used.get(1));
  }

  @Test
  void aLimitThatIsShorterThanTheIntervalHolds() {
    CountDownLatch end = new CountDownLatch(1);
    ConformanceRun.Builder settings =
        runOn(MemoryOnlyBackend::new).timeLimit(Duration.ofMillis(100), Duration.ofHours(1));
    long start = System.nanoTime();
    ConformanceReport report = report(settings, examined("Toy/hanging", backend -> spinUntil(end)));
    end.countDown();
    assertEquals("0 passed, 1 failed, 0 skipped", report.summary());
    assertTrue(System.nanoTime() - start < Duration.ofMinutes(1).toNanos());
  }

  @Test
  void withoutALimitACaseMayTakeItsTime() {
    List<String> told = new ArrayList<>();
    CountDownLatch end = new CountDownLatch(3);
    ConformanceRun.Builder settings =
        runOn(MemoryOnlyBackend::new)
            .timeLimit(Duration.ZERO, Duration.ofMillis(20))
            .whileRunning(
                (c, time) -> {
                  told.add(c.id());
                  end.countDown();
                });
    ConformanceReport report = report(settings, examined("Toy/long", backend -> spinUntil(end)));
    assertTrue(report.allPassed());
    assertEquals(List.of("Toy/long", "Toy/long", "Toy/long"), told.subList(0, 3));
  }

  /** As native code does, it takes no notice of an interrupt. */
  private static void spinUntil(CountDownLatch end) {
    while (end.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void afterThreeCasesThatDoNotEndTheOthersAreNotRun() {
    CountDownLatch end = new CountDownLatch(1);
    ConformanceCase hanging = examined("Toy/hanging", backend -> spinUntil(end));
    ConformanceRun.Builder settings =
        runOn(MemoryOnlyBackend::new)
            .timeLimit(Duration.ofMillis(100), Duration.ofMillis(50))
            .whileRunning((c, time) -> {});
    ConformanceReport report = report(settings, hanging, hanging, PASSING, hanging, PASSING);
    end.countDown();
    assertEquals("1 passed, 3 failed, 1 skipped", report.summary());
    assertEquals(
        "Toy/passing: not run: 3 cases before it did not end, the last of them Toy/hanging",
        report.results().get(4).message());
  }

  @Test
  void aBackendThatFailsToCloseIsNotLeftUnsaid() {
    AtomicInteger opened = new AtomicInteger();
    Supplier<Backend> backends =
        () ->
            opened.incrementAndGet() == 1
                ? new MemoryOnlyBackend()
                : new MemoryOnlyBackend() {
                  @Override
                  public void close() {
                    super.close();
                    throw new IllegalStateException("device lost");
                  }
                };
    ConformanceRun run = runOn(backends).start();
    assertEquals(
        Status.PASSED, run.run(examined("Toy/sharing", BackendUnderTest::shared)).status());
    IllegalStateException thrown = assertThrows(IllegalStateException.class, run::close);
    assertTrue(thrown.getMessage().endsWith("device lost"), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "soon"})
  void aTimeLimitThatIsNoneIsRefused(String text) {
    System.setProperty(ConformanceRun.TIME_LIMIT, text);
    try {
      IllegalArgumentException thrown =
          assertThrows(IllegalArgumentException.class, () -> runOn(MemoryOnlyBackend::new));
      assertTrue(thrown.getMessage().contains("'" + text + "'"), thrown.getMessage());
      assertTrue(thrown.getMessage().contains(ConformanceRun.TIME_LIMIT), thrown.getMessage());
    } finally {
      System.clearProperty(ConformanceRun.TIME_LIMIT);
    }
  }
}
