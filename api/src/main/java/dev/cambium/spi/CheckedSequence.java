package dev.cambium.spi;

import java.util.List;

/** Launches of a {@link CheckingBackend}; {@code inner} is null when they run one by one. */
final class CheckedSequence implements Sequence {
  private final List<Launch> launches;
  private final Sequence inner;
  private boolean closed;

  CheckedSequence(List<Launch> launches, Sequence inner) {
    this.launches = List.copyOf(launches);
    this.inner = inner;
  }

  @Override
  public void run() {
    if (closed) {
      throw new IllegalStateException("the sequence was closed");
    }
    if (inner == null) {
      launches.forEach(LabelledKernel::launch);
      return;
    }
    for (Launch launch : launches) {
      if (launch.kernel() instanceof CheckedKernel kernel) {
        kernel.checked(launch);
      }
    }
    inner.run();
  }

  @Override
  public void close() {
    closed = true;
    if (inner != null) {
      inner.close();
    }
  }
}
