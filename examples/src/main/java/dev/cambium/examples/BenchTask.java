package dev.cambium.examples;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of work that contenders do in turn.
 *
 * @param subject the network, or {@code GEMM} and the rows of its square matrices
 * @param kind what is done with it
 */
record BenchTask(String subject, Kind kind) {
  /** Kinds of work. */
  enum Kind {
    /** The product of two FLOAT32 matrices. */
    PRODUCT,
    /** Scores of images. */
    FORWARD,
    /** Training steps. */
    TRAINING
  }

  /** The products, then each network forward and in training. */
  static List<BenchTask> of(List<Integer> products, List<String> models) {
    List<BenchTask> tasks = new ArrayList<>();
    for (int size : products) {
      tasks.add(new BenchTask("GEMM " + size, Kind.PRODUCT));
    }
    for (String model : models) {
      tasks.add(new BenchTask(model, Kind.FORWARD));
      tasks.add(new BenchTask(model, Kind.TRAINING));
    }
    return tasks;
  }

  /** The rows of the matrices of a product. */
  int size() {
    return Integer.parseInt(subject.substring(subject.indexOf(' ') + 1));
  }

  /** What it is, without its unit: {@code convnet training}. */
  String name() {
    return switch (kind) {
      case PRODUCT -> subject;
      case FORWARD -> subject + " forward";
      case TRAINING -> subject + " training";
    };
  }

  /** What it is, with the unit of its speed. */
  String title() {
    return name() + (kind == Kind.PRODUCT ? ", GFLOP/s" : ", images/s");
  }
}
