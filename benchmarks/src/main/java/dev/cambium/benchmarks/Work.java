package dev.cambium.benchmarks;

/** What is measured. */
enum Work {
  /** Training steps. */
  TRAIN("training") {
    @Override
    double run(Contestant contestant, int batches) {
      return contestant.train(batches);
    }
  },
  /** Scores in evaluation mode. */
  INFER("inference") {
    @Override
    double run(Contestant contestant, int batches) {
      return contestant.infer(batches);
    }
  };

  private final String title;

  Work(String title) {
    this.title = title;
  }

  /** What a reader calls it. */
  String title() {
    return title;
  }

  abstract double run(Contestant contestant, int batches);
}
