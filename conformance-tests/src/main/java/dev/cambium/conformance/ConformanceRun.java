package dev.cambium.conformance;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ConformanceReport;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs cases on a backend, one after the other. A case that fails, in whatever way, holds up no
 * other.
 */
public final class ConformanceRun implements AutoCloseable {
  private final BackendProvider provider;
  private final BackendConfig config;
  private final BackendUnderTest backend;
  private final UnaryOperator<String> rerun;
  private final List<String> expectedFailures;
  private final Instant started = Instant.now();
  private final List<CaseResult> results = new ArrayList<>();

  /**
   * A run without results yet.
   *
   * @param provider makes the backend
   * @param config how it is opened
   * @param expectedFailures patterns of the cases that are known to fail, as in {@link
   *     ConformanceSuite#matching}; they count as skipped, and one that passes fails
   * @param rerun from a case's id to the command that runs it alone
   */
  public ConformanceRun(
      BackendProvider provider,
      BackendConfig config,
      List<String> expectedFailures,
      UnaryOperator<String> rerun) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.config = Objects.requireNonNull(config, "config");
    this.backend = new BackendUnderTest(provider, config);
    this.expectedFailures = List.copyOf(expectedFailures);
    this.rerun = Objects.requireNonNull(rerun, "rerun");
  }

  /** Runs all of {@code cases}, and tells {@code listener} of each result. */
  public ConformanceReport run(List<ConformanceCase> cases, Consumer<CaseResult> listener) {
    for (ConformanceCase examined : cases) {
      listener.accept(run(examined));
    }
    return report();
  }

  /** Runs a case. */
  public CaseResult run(ConformanceCase examined) {
    backend.notes().clear();
    long start = System.nanoTime();
    Optional<String> failure = failure(examined);
    CaseResult result = result(examined, failure, System.nanoTime() - start);
    results.add(result);
    return result;
  }

  private Optional<String> failure(ConformanceCase examined) {
    try {
      examined.check().run(backend);
      return Optional.empty();
    } catch (AssertionError | RuntimeException | LinkageError | StackOverflowError e) {
      return Optional.of(afterFailure(examined, e));
    } catch (OutOfMemoryError e) {
      return Optional.of(afterFailure(examined, e));
    }
  }

  private String afterFailure(ConformanceCase examined, Throwable failure) {
    String message = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
    message = message == null ? failure.toString() : message;
    try {
      backend.discardShared();
    } catch (RuntimeException | LinkageError e) {
      message += "; closing the backend after that failed, too: " + e;
    }
    String line = message.replaceAll("\\s*\\R\\s*", " ");
    return line.startsWith(examined.id()) ? line : examined.id() + ": " + line;
  }

  private CaseResult result(ConformanceCase examined, Optional<String> failure, long nanoseconds) {
    boolean expected =
        expectedFailures.stream().anyMatch(pattern -> ConformanceSuite.matches(examined, pattern));
    Status status = failure.isPresent() ? Status.FAILED : Status.PASSED;
    String message = failure.orElse("");
    if (expected && failure.isPresent()) {
      status = Status.SKIPPED;
    } else if (expected) {
      status = Status.FAILED;
      message = examined.id() + ": passed, though it was expected to fail; take it off that list";
    }
    return new CaseResult(
        examined.id(),
        examined.op(),
        status,
        backend.notes().how(),
        backend.notes().reasons(),
        backend.notes().observations(),
        nanoseconds,
        message,
        rerun.apply(examined.id()));
  }

  /** All results so far. */
  public ConformanceReport report() {
    Probe probe = provider.probe();
    List<Device> devices = probe.devices();
    Optional<Device> device =
        devices.stream()
            .filter(d -> config.device().isEmpty() || d.id().equals(config.device()))
            .findFirst();
    String name = provider.name() + device.map(d -> ":" + d.id()).orElse("");
    return new ConformanceReport(
        name,
        device.map(Device::description).orElse(""),
        started,
        Duration.between(started, Instant.now()),
        results);
  }

  /** Closes what is still open. */
  @Override
  public void close() {
    backend.close();
  }
}
