package dev.cambium.benchmarks;

/**
 * One library with the reference net, ready to work: conv3x3-32, batch norm, ReLU, twice, max pool
 * 2; conv3x3-64, batch norm, ReLU, twice, max pool 2; linear 256, ReLU, dropout 0.5, linear 10.
 * Trained by stochastic gradient descent with momentum 0.9 on the cross entropy. For one thread.
 */
interface Contestant extends AutoCloseable {
  /**
   * Trains on so many batches: each is brought from host memory, goes forward and backward, and
   * changes the parameters.
   *
   * @return the loss, read once, when all steps are done
   */
  double train(int steps);

  /**
   * Computes the scores of so many batches: each is brought from host memory, and its scores are
   * brought back.
   *
   * @return one of the scores
   */
  double infer(int batches);

  @Override
  void close();
}
