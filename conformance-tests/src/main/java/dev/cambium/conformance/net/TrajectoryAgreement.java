package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.spi.Backend;

/**
 * Some steps of training on a backend in FLOAT32 stay as close to those on {@code reference} in
 * double as {@link TrajectoryOracle} allows: the loss of each step, and afterwards parameters,
 * running statistics and the optimiser's memory.
 */
final class TrajectoryAgreement {
  private final Trajectory trajectory;
  private TrajectoryOracle oracle;

  TrajectoryAgreement(Trajectory trajectory) {
    this.trajectory = trajectory;
  }

  /** What is trained, and how. */
  String name() {
    return trajectory.net().name();
  }

  /** Where it must lead. */
  synchronized TrajectoryOracle oracle() {
    if (oracle == null) {
      oracle = TrajectoryOracle.of(trajectory);
    }
    return oracle;
  }

  /** Trains and compares. */
  void check(BackendUnderTest backend) {
    try (Backend open = backend.open()) {
      oracle().check(open);
    }
  }
}
