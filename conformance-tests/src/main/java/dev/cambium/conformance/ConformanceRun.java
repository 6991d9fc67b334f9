package dev.cambium.conformance;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ConformanceReport;
import dev.cambium.conformance.report.Environment;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs cases on a backend, one after the other. A case that fails, in whatever way, holds up no
 * other; one that does not end is given up after a time. Where the backend cannot be opened, or
 * case after case does not end, the cases that follow are not run and count as skipped, which is
 * not passed.
 */
public final class ConformanceRun implements AutoCloseable {
  /** The system property with the seconds that a case may take; 0 for any time. */
  public static final String TIME_LIMIT = "cambium.conformance.timeLimit";

  /** The seconds that a case may take where nobody says otherwise. */
  public static final long USUAL_TIME_LIMIT = 120;

  private static final Logger LOG = LoggerFactory.getLogger(ConformanceRun.class);
  private static final int MOST_HANGING = 3;

  private final Builder settings;
  private final TaskThread thread;
  private final Instant started = Instant.now();
  private final List<CaseResult> results = new ArrayList<>();
  private BackendUnderTest backend;
  private boolean opened;
  private int hanging;
  private String stopped = "";

  private ConformanceRun(Builder settings) {
    this.settings = settings;
    this.thread = new TaskThread(settings.timeLimit, settings.interval);
    this.backend = new BackendUnderTest(settings.provider, settings.config);
  }

  /**
   * The settings of a run, with nothing but the backend chosen yet.
   *
   * @param provider makes the backend
   * @param config how it is opened
   */
  public static Builder of(BackendProvider provider, BackendConfig config) {
    return new Builder(provider, config);
  }

  /** How cases are run. */
  public static final class Builder {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final BackendProvider provider;
    private final BackendConfig config;
    private UnaryOperator<String> rerun = id -> "";
    private List<String> expectedFailures = List.of();
    private Duration timeLimit = timeLimitOfProcess();
    private Duration interval = INTERVAL;
    private BiConsumer<ConformanceCase, Duration> running =
        (examined, time) -> LOG.warn("{}", stillRunning(examined, time));

    private Builder(BackendProvider provider, BackendConfig config) {
      this.provider = Objects.requireNonNull(provider, "provider");
      this.config = Objects.requireNonNull(config, "config");
    }

    /** From a case's id to the command that runs it alone. */
    public Builder rerun(UnaryOperator<String> rerun) {
      this.rerun = Objects.requireNonNull(rerun, "rerun");
      return this;
    }

    /**
     * Patterns of the cases that are known to fail, as in {@link ConformanceSuite#matching}; they
     * count as skipped, and one that passes fails.
     */
    public Builder expectedFailures(List<String> patterns) {
      this.expectedFailures = List.copyOf(patterns);
      return this;
    }

    /**
     * How long a case may take, and how often to tell of one that is still running.
     *
     * @param timeLimit zero for any time; by default what the system property {@value #TIME_LIMIT}
     *     says, else {@value #USUAL_TIME_LIMIT} seconds
     * @param interval by default 15 seconds
     */
    public Builder timeLimit(Duration timeLimit, Duration interval) {
      this.timeLimit = Objects.requireNonNull(timeLimit, "timeLimit");
      this.interval = Objects.requireNonNull(interval, "interval");
      return this;
    }

    /** Is told of a case that is still running; by default the log is. */
    public Builder whileRunning(BiConsumer<ConformanceCase, Duration> running) {
      this.running = Objects.requireNonNull(running, "running");
      return this;
    }

    /** The run, without results yet. */
    public ConformanceRun start() {
      return new ConformanceRun(this);
    }

    private static Duration timeLimitOfProcess() {
      String text = System.getProperty(TIME_LIMIT, Long.toString(USUAL_TIME_LIMIT));
      if (!text.matches("[0-9]{1,9}")) {
        throw new IllegalArgumentException(
            "system property "
                + TIME_LIMIT
                + " must be a whole number of seconds, 0 for no limit, got '"
                + text
                + "'");
      }
      return Duration.ofSeconds(Long.parseLong(text));
    }
  }

  /** A line that says how long a case has been running. */
  public static String stillRunning(ConformanceCase examined, Duration time) {
    return examined.id() + " has been running for " + time.toSeconds() + " s";
  }

  /**
   * Runs all of {@code cases}, and tells {@code listener} of each result.
   *
   * @throws IllegalArgumentException when there are none
   */
  public ConformanceReport run(List<ConformanceCase> cases, Consumer<CaseResult> listener) {
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "cases must not be empty: a backend of which nothing was checked does not conform");
    }
    for (ConformanceCase examined : cases) {
      listener.accept(run(examined));
    }
    return report();
  }

  /** Runs a case. */
  public CaseResult run(ConformanceCase examined) {
    if (!stopped.isEmpty()) {
      return add(examined, Status.SKIPPED, "not run: " + stopped, 0);
    }
    long start = System.nanoTime();
    Optional<String> failure = failure(examined);
    long nanoseconds = System.nanoTime() - start;
    boolean expected =
        settings.expectedFailures.stream()
            .anyMatch(pattern -> ConformanceSuite.matches(examined, pattern));
    if (failure.isPresent()) {
      boolean announced = expected && stopped.isEmpty();
      return add(examined, announced ? Status.SKIPPED : Status.FAILED, failure.get(), nanoseconds);
    }
    return expected
        ? add(
            examined,
            Status.FAILED,
            "passed, though it was expected to fail; take it off that list",
            nanoseconds)
        : add(examined, Status.PASSED, "", nanoseconds);
  }

  /** Why the case fails, or empty. */
  private Optional<String> failure(ConformanceCase examined) {
    BackendUnderTest current = backend;
    current.notes().clear();
    try {
      Optional<String> failure =
          thread.run(
              () -> check(examined, current), time -> settings.running.accept(examined, time));
      opened = true;
      return failure;
    } catch (TaskThread.Hanging e) {
      // What it has open may hang as well, so nobody closes it.
      backend = new BackendUnderTest(settings.provider, settings.config);
      hanging++;
      if (hanging == MOST_HANGING) {
        stopped = hanging + " cases before it did not end, the last of them " + examined.id();
      }
      return Optional.of(e.getMessage());
    } catch (ExecutionException e) {
      stopped = "the backend cannot be opened: " + words(e.getCause());
      return Optional.of(stopped);
    }
  }

  /** What happens on the other thread: why the case fails, or empty; throws if nothing opens. */
  private Optional<String> check(ConformanceCase examined, BackendUnderTest current) {
    if (!opened) {
      current.open().close();
    }
    try {
      examined.check().run(current);
      return Optional.empty();
    } catch (Throwable e) {
      return Optional.of(words(e) + place(e) + afterFailure(current));
    }
  }

  /** What a failed case leaves behind is not for others; closing it may fail, too. */
  private static String afterFailure(BackendUnderTest current) {
    try {
      current.discardShared();
      return "";
    } catch (Throwable e) {
      return "; closing the backend after that failed, too: " + words(e);
    }
  }

  private static String words(Throwable failure) {
    return speaksForItself(failure) ? failure.getMessage() : failure.toString();
  }

  private static boolean speaksForItself(Throwable failure) {
    return failure instanceof AssertionError && failure.getMessage() != null;
  }

  /** Which line of the backend, all that lies in its provider's package, was running; or empty. */
  private String place(Throwable failure) {
    if (speaksForItself(failure)) {
      return "";
    }
    String prefix = settings.provider.getClass().getPackageName() + ".";
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(prefix))
        .findFirst()
        .map(
            frame ->
                " at %s.%s(%s:%d)"
                    .formatted(
                        frame.getClassName().substring(prefix.length()),
                        frame.getMethodName(),
                        frame.getFileName(),
                        frame.getLineNumber()))
        .orElse("");
  }

  private CaseResult add(
      ConformanceCase examined, Status status, String message, long nanoseconds) {
    boolean named = message.isEmpty() || message.startsWith(examined.id());
    CaseResult result =
        new CaseResult(
            examined.id(),
            examined.op(),
            status,
            backend.notes().how(),
            backend.notes().reasons(),
            backend.notes().observations(),
            nanoseconds,
            named ? message : examined.id() + ": " + message,
            settings.rerun.apply(examined.id()));
    results.add(result);
    return result;
  }

  /** All results so far. */
  public ConformanceReport report() {
    BackendConfig config = settings.config;
    Optional<Device> device =
        settings.provider.probe().devices().stream()
            .filter(d -> config.device().isEmpty() || d.id().equals(config.device()))
            .findFirst();
    return new ConformanceReport(
        settings.provider.name() + device.map(d -> ":" + d.id()).orElse(""),
        device.map(Device::description).orElse(""),
        Environment.current(),
        started,
        Duration.between(started, Instant.now()),
        ConformanceSuite.cases(settings.provider.name()).size(),
        results);
  }

  /**
   * Closes what is still open.
   *
   * @throws IllegalStateException when the backend cannot be closed
   */
  @Override
  public void close() {
    try (thread) {
      thread.run(
          () -> {
            backend.close();
            return true;
          },
          time -> LOG.warn("closing the backend has been running for {} s", time.toSeconds()));
    } catch (TaskThread.Hanging e) {
      throw new IllegalStateException("closing the backend " + e.getMessage(), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "closing the backend after all cases failed: " + words(e.getCause()), e.getCause());
    }
  }
}
