package dev.cambium.runtime;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who forgot to close what: under {@code -Dcambium.leaks=trace}, an owner of device memory
 * that is garbage before it was closed is reported with the stack that made it. It only reports;
 * memory is freed by {@code close} alone. Without the property it costs nothing.
 */
final class LeakReport {
  private static final Logger LOG = LoggerFactory.getLogger(LeakReport.class);
  private static final boolean TRACE = "trace".equals(System.getProperty("cambium.leaks"));
  private static final Cleaner CLEANER = TRACE ? Cleaner.create() : null;
  private static final LeakReport OFF = new LeakReport();

  private final AtomicBoolean closed = new AtomicBoolean();

  private LeakReport() {}

  /** Watches {@code owner}, described by {@code what}, which must not refer to it. */
  static LeakReport watch(Object owner, String what) {
    return TRACE ? watch(owner, what, CLEANER) : OFF;
  }

  static LeakReport watch(Object owner, String what, Cleaner cleaner) {
    LeakReport report = new LeakReport();
    AtomicBoolean closed = report.closed;
    Throwable made = new Throwable(what + " was made here");
    cleaner.register(
        owner,
        () -> {
          if (!closed.get()) {
            LOG.warn(
                "{} was never closed; its memory is lost until the backend is closed", what, made);
          }
        });
    return report;
  }

  /** The owner was closed in good order. */
  void closed() {
    if (this != OFF) {
      closed.set(true);
    }
  }
}
