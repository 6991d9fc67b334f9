package dev.cambium.conformance.op;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A chain of launches of which each reads what another wrote, so that none may be missing or out of
 * order, and two of which share a kernel. All numbers are small integers, so every value has one
 * right answer. Of x and w: a = x + w, b = 2 a + 1, c = b w, d = ReLU(c), e = d - x, f = 2 e + 1.
 */
final class SequenceOrder {
  private static final int SIZE = 7;
  private static final int RUNS = 4;
  private static final TensorType TYPE = TensorType.of(DType.FLOAT32, SIZE, SIZE);
  private static final int X = 0;
  private static final int W = 1;
  private static final Affine DOUBLED = new Affine(2, 1);

  private static final List<LaunchChain.Link> LINKS =
      List.of(
          new LaunchChain.Link(new BinaryMath(BinaryMath.Function.ADD), List.of(X, W), List.of(2)),
          new LaunchChain.Link(DOUBLED, List.of(2), List.of(3)),
          new LaunchChain.Link(new MatMul(false, false), List.of(3, W), List.of(4)),
          new LaunchChain.Link(new Activate(Activation.RELU), List.of(4), List.of(5)),
          new LaunchChain.Link(
              new BinaryMath(BinaryMath.Function.SUBTRACT), List.of(5, X), List.of(6)),
          new LaunchChain.Link(DOUBLED, List.of(6), List.of(7)));

  private final Backend backend;
  private final SplittableRandom random = new SplittableRandom(5);

  private SequenceOrder(Backend backend) {
    this.backend = backend;
  }

  static SequenceOrder of(Backend backend) {
    return new SequenceOrder(backend);
  }

  private LaunchChain chain() {
    return new LaunchChain(backend, Collections.nCopies(2 + LINKS.size(), TYPE), LINKS);
  }

  /** Whole numbers of -3 to 3: what comes out stays below 13 * 3 * 7 * 2 + 8. */
  private HostArray draw() {
    return HostArray.of(TYPE, Draw.integers(3).values(TYPE, random));
  }

  private void fill(LaunchChain.Place place, DoubleArray[] values) {
    for (int input : List.of(X, W)) {
      HostArray numbers = draw();
      place.upload(input, numbers);
      values[input] = new DoubleArray(TYPE.shape(), numbers.toDoubles());
    }
  }

  private static void require(
      String where, LaunchChain chain, LaunchChain.Place place, DoubleArray[] values, int links) {
    for (LaunchChain.Link link : chain.links().subList(0, links)) {
      int output = link.outputs().get(0);
      DoubleArray expected = DoubleArray.zeros(TYPE.shape());
      link.op()
          .host()
          .orElseThrow()
          .apply(link.inputs().stream().map(i -> values[i]).toList(), List.of(expected));
      values[output] = expected;
      String name = link.op().name() + ", value " + output;
      new Expectation(name, expected, new double[SIZE * SIZE]).check(where, place.download(output));
    }
  }

  /** New inputs, a run, and a look at all that it gave. */
  private void run(String where, LaunchChain chain, LaunchChain.Place place, Runnable run) {
    DoubleArray[] values = new DoubleArray[2 + LINKS.size()];
    fill(place, values);
    run.run();
    require(where, chain, place, values, chain.links().size());
  }

  /** Two sequences of the same kernels in two memories. */
  void inTurn() {
    try (LaunchChain chain = chain();
        LaunchChain.Place here = chain.new Place();
        LaunchChain.Place there = chain.new Place();
        Sequence first = here.sequence();
        Sequence second = there.sequence()) {
      for (int run = 1; run <= RUNS; run++) {
        run("run " + run + " of the first of two sequences", chain, here, first::run);
        run("run " + run + " of the second of two sequences", chain, there, second::run);
      }
    }
  }

  /**
   * Between two runs the same kernels run on other buffers, and on the same ones, by themselves.
   */
  void elsewhere() {
    try (LaunchChain chain = chain();
        LaunchChain.Place here = chain.new Place();
        LaunchChain.Place there = chain.new Place();
        Sequence sequence = here.sequence()) {
      for (int run = 1; run <= RUNS; run++) {
        run("run " + run + " of a sequence", chain, here, sequence::run);
        run("after run " + run + ", its kernels elsewhere", chain, there, there::launch);
        run("run " + run + " and once more", chain, here, sequence::run);
        run("after run " + run + ", its kernels one by one", chain, here, here::launch);
      }
    }
  }

  /** A backend may give memory that was closed to the next who asks for as much. */
  void again() {
    try (LaunchChain chain = chain()) {
      for (int life = 1; life <= 3; life++) {
        try (LaunchChain.Place place = chain.new Place()) {
          for (String made : List.of("made", "made again")) {
            try (Sequence sequence = place.sequence()) {
              for (int run = 1; run <= RUNS; run++) {
                String where = "run " + run + " of a sequence " + made + " in memory " + life;
                run(where, chain, place, sequence::run);
              }
            }
          }
        }
      }
    }
  }

  /** What a sequence frees at its end is its own. */
  void closedBeside() {
    try (LaunchChain chain = chain();
        LaunchChain.Place place = chain.new Place();
        Sequence staying = place.sequence()) {
      for (int life = 1; life <= 2; life++) {
        try (Sequence closed = place.sequence()) {
          for (int run = 1; run <= RUNS; run++) {
            run("run " + run + " of a sequence that stays", chain, place, staying::run);
            run("run " + run + " of one that is closed", chain, place, closed::run);
          }
        }
        run("after another one was closed", chain, place, staying::run);
      }
      run("its kernels after the sequences", chain, place, place::launch);
    }
  }

  /** Whatever writes an input, the next run reads it. */
  void allInputs() {
    try (LaunchChain chain = chain();
        LaunchChain.Place place = chain.new Place();
        LaunchChain.Place from = chain.new Place();
        Sequence sequence = place.sequence()) {
      DoubleArray[] values = new DoubleArray[2 + LINKS.size()];
      fill(place, values);
      for (int run = 1; run <= 2 * RUNS; run++) {
        int input = run % 2 == 0 ? X : W;
        HostArray numbers = draw();
        String how;
        if (run % 3 == 0) {
          how = "copied";
          from.upload(input, numbers);
          backend.copy(from.buffer(input), place.buffer(input));
        } else if (run % 3 == 1) {
          how = "filled";
          double value = numbers.get(0);
          backend.fill(place.buffer(input), value);
          for (int i = 0; i < SIZE * SIZE; i++) {
            numbers.set(i, value);
          }
        } else {
          how = "uploaded";
          place.upload(input, numbers);
        }
        values[input] = new DoubleArray(TYPE.shape(), numbers.toDoubles());
        sequence.run();
        String where = "run " + run + ", an input " + how;
        require(where, chain, place, values, chain.links().size());
      }
    }
  }

  /** A backend may treat short lists in another way; what a list leaves out does not run. */
  void lengths() {
    try (LaunchChain chain = chain();
        LaunchChain.Place place = chain.new Place()) {
      for (int length = 0; length <= place.launches().size(); length++) {
        try (Sequence sequence = backend.sequence(place.launches().subList(0, length))) {
          for (int run = 1; run <= RUNS; run++) {
            DoubleArray[] values = new DoubleArray[2 + LINKS.size()];
            fill(place, values);
            sequence.run();
            long operations =
                place.launches().subList(0, length).stream()
                    .filter(launch -> !launch.label().equals(LaunchChain.PACK))
                    .count();
            String where = "run " + run + " of a sequence of " + length;
            require(where, chain, place, values, (int) operations);
          }
        }
      }
    }
  }
}
