package dev.cambium.benchmarks;

import dev.cambium.nn.zoo.Zoo;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Who can take part, and how a fair user starts each. */
enum Peer {
  /** Cambium on its CPU backend. */
  CAMBIUM("cambium") {
    @Override
    Contestant create(Workload workload, int threads) {
      return new CambiumContestant(workload, threads, Zoo.convnet(Workload.CLASSES));
    }

    @Override
    List<String> options(int threads) {
      return List.of();
    }
  },
  /**
   * DJL on PyTorch. Its threads within an operation are as many as Cambium's; nothing in this net
   * runs beside each other, so one thread between operations is enough. Its natives lie on the
   * class path, so it has nothing to download.
   */
  DJL_PYTORCH("djl-pytorch") {
    @Override
    Contestant create(Workload workload, int threads) {
      return new DjlContestant(workload, DROPOUT);
    }

    @Override
    List<String> options(int threads) {
      return List.of(
          "-Dai.djl.offline=true",
          "-Dai.djl.pytorch.num_threads=" + threads,
          "-Dai.djl.pytorch.num_interop_threads=1");
    }
  };

  private static final double DROPOUT = 0.5;

  private final String id;

  Peer(String id) {
    this.id = id;
  }

  /** The name in the results. */
  String id() {
    return id;
  }

  /** Builds the net. */
  abstract Contestant create(Workload workload, int threads);

  /** The options of its JVM. */
  abstract List<String> options(int threads);

  /**
   * The peer of that name.
   *
   * @throws IllegalArgumentException for another name; the message lists the names
   */
  static Peer named(String id) {
    return Arrays.stream(values())
        .filter(peer -> peer.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "peer must be one of "
                        + Arrays.stream(values()).map(Peer::id).collect(Collectors.joining(", "))
                        + ", got '"
                        + id
                        + "'"));
  }
}
