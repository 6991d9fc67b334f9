package dev.cambium.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * DJL on PyTorch, used as its guides say: layers of {@code ai.djl.nn}, its trainer and optimiser,
 * one manager per step that frees everything made in the step, nothing read back that is not asked
 * for. Images lie in direct memory, which PyTorch reads in place. The system properties for threads
 * are set by whoever starts the process.
 */
final class DjlContestant implements Contestant {
  private record HostBatch(ByteBuffer images, ByteBuffer labels) {}

  private static final Shape IMAGES =
      new Shape(
          Workload.BATCH, Workload.SAMPLE.dim(0), Workload.SAMPLE.dim(1), Workload.SAMPLE.dim(2));

  private final Model model;
  private final Trainer trainer;
  private final List<HostBatch> batches = new ArrayList<>();
  private long trained;
  private long inferred;

  DjlContestant(Workload workload, double dropout) {
    model = Model.newInstance("convnet", Device.cpu(), "PyTorch");
    model.setBlock(convnet(dropout));
    Optimizer sgd =
        Optimizer.sgd()
            .setLearningRateTracker(Tracker.fixed((float) Workload.LEARNING_RATE))
            .optMomentum((float) Workload.MOMENTUM)
            .build();
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(sgd)
                .optInitializer(new XavierInitializer(), "weight")
                .optDevices(new Device[] {Device.cpu()}));
    trainer.initialize(IMAGES);
    workload.batches().forEach(batch -> batches.add(hostBatch(batch)));
  }

  private static HostBatch hostBatch(Workload.RandomBatch random) {
    ByteBuffer labels =
        ByteBuffer.allocateDirect(Workload.BATCH * Long.BYTES).order(ByteOrder.nativeOrder());
    for (int label : random.labels()) {
      labels.putLong(label);
    }
    return new HostBatch(random.images(), labels.flip());
  }

  private static Block convnet(double dropout) {
    SequentialBlock net = new SequentialBlock();
    for (int channels : new int[] {32, 64}) {
      for (int i = 0; i < 2; i++) {
        net.add(
                Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .setFilters(channels)
                    .optBias(false)
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation::relu);
      }
      net.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }
    return net.add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(256).build())
        .add(Activation::relu)
        .add(Dropout.builder().optRate((float) dropout).build())
        .add(Linear.builder().setUnits(Workload.CLASSES).build());
  }

  /** The model, to be looked into. */
  Model model() {
    return model;
  }

  private static NDArray images(NDManager manager, HostBatch batch) {
    return manager.create(
        batch.images.duplicate().order(ByteOrder.nativeOrder()), IMAGES, DataType.FLOAT32);
  }

  private static NDArray labels(NDManager manager, HostBatch batch) {
    return manager.create(
        batch.labels.duplicate().order(ByteOrder.nativeOrder()),
        new Shape(Workload.BATCH),
        DataType.INT64);
  }

  @Override
  public double train(int steps) {
    double loss = 0;
    for (int i = 0; i < steps; i++) {
      HostBatch batch = batches.get((int) (trained++ % batches.size()));
      try (NDManager scope = trainer.getManager().newSubManager()) {
        NDList labels = new NDList(labels(scope, batch));
        NDArray mean;
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList scores = trainer.forward(new NDList(images(scope, batch)));
          mean = trainer.getLoss().evaluate(labels, scores);
          collector.backward(mean);
        }
        trainer.step();
        if (i == steps - 1) {
          loss = mean.getFloat();
        }
      }
    }
    return loss;
  }

  @Override
  public double infer(int count) {
    double last = 0;
    for (int i = 0; i < count; i++) {
      HostBatch batch = batches.get((int) (inferred++ % batches.size()));
      try (NDManager scope = trainer.getManager().newSubManager()) {
        last =
            trainer.evaluate(new NDList(images(scope, batch))).singletonOrThrow().toFloatArray()[0];
      }
    }
    return last;
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
