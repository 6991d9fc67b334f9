package dev.cambium.data;

import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands out a data set in batches, epoch by epoch, assembled beside the training step: background
 * threads fill a small ring of reused direct buffers. Order and content depend on the seed, the
 * epoch and the position alone, never on threads, so that a run can start again at any batch.
 *
 * <pre>{@code
 * try (DataLoader loader = DataLoader.builder(train, 64).shuffle(seed).build()) {
 *   for (Batch batch : loader.epoch(0)) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>One thread at a time may take batches, and one epoch is open at a time.
 */
public final class DataLoader implements AutoCloseable {
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final BatchAssembler assembler;
  private final int size;
  private final int batchSize;
  private final int batches;
  private final boolean shuffle;
  private final long seed;
  private final BatchSlot[] ring;
  private final ExecutorService pool;
  private Epoch current;
  private boolean closed;

  private DataLoader(Builder settings) {
    this.assembler =
        new BatchAssembler(
            settings.dataset,
            settings.transform,
            settings.transformSeed,
            settings.preprocessing,
            settings.mixing);
    this.size = settings.dataset.size();
    this.batchSize = settings.batchSize;
    int last = size % batchSize;
    this.batches = size / batchSize + (last > 0 && last >= settings.smallestBatch ? 1 : 0);
    if (batches == 0) {
      throw new DatasetException(
          "a data set of %d samples gives no batch of %d to %d samples; use a smaller batch size"
              .formatted(size, Math.min(settings.smallestBatch, batchSize), batchSize));
    }
    this.shuffle = settings.shuffle;
    this.seed = settings.seed;
    this.ring = new BatchSlot[settings.threads == 0 ? 1 : settings.prefetch + 1];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = assembler.slot(Math.min(batchSize, size));
    }
    this.pool = settings.threads == 0 ? null : pool(settings.threads);
  }

  private static ExecutorService pool(int threads) {
    return Executors.newFixedThreadPool(
        threads,
        task -> {
          Thread thread = new Thread(task, "cambium-loader-" + THREADS.getAndIncrement());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * A loader of {@code dataset} in its own order, to be changed by the builder's settings.
   *
   * @param batchSize samples of a batch, at least 1
   */
  public static Builder builder(Dataset dataset, int batchSize) {
    return new Builder(dataset, batchSize);
  }

  /** Samples of a full batch. */
  public int batchSize() {
    return batchSize;
  }

  /** Batches of an epoch. */
  public int batches() {
    return batches;
  }

  /** Samples that an epoch shows: all, less a last batch that is too small. */
  public int samples() {
    return (int) Math.min(size, (long) batches * batchSize);
  }

  /** The shape of one sample of a batch, after transform and preprocessing. */
  public Shape sampleShape() {
    return assembler.outputShape();
  }

  /** The whole epoch {@code number}; closes the one that was open. */
  public Epoch epoch(int number) {
    return epoch(number, 0);
  }

  /**
   * Epoch {@code number} from batch {@code firstBatch} on, the same batches that follow there when
   * it is read from its beginning; closes the epoch that was open.
   */
  public Epoch epoch(int number, int firstBatch) {
    if (closed) {
      throw new IllegalStateException("the loader is closed");
    }
    if (number < 0 || firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException(
          "an epoch must be at least 0 and its first batch 0..%d, got epoch %d, batch %d"
              .formatted(batches, number, firstBatch));
    }
    if (current != null) {
      current.close();
    }
    Executor executor = pool == null ? Runnable::run : pool;
    current =
        new Epoch(assembler, executor, ring, order(number), number, firstBatch, batches, batchSize);
    return current;
  }

  /** The samples of an epoch in their order: Fisher-Yates by (seed, "shuffle/epoch"). */
  private int[] order(int epoch) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    if (shuffle) {
      new RandomStream(seed, "shuffle/" + epoch).shuffle(order);
    }
    return order;
  }

  /** Ends the open epoch and the threads, and waits until they have ended. */
  @Override
  public void close() {
    closed = true;
    if (current != null) {
      current.close();
    }
    if (pool != null) {
      pool.shutdown();
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The settings of a loader. */
  public static final class Builder {
    private final Dataset dataset;
    private final int batchSize;
    private boolean shuffle;
    private long seed;
    private SampleTransform transform;
    private long transformSeed;
    private Preprocessing preprocessing = Preprocessing.NONE;
    private BatchMixing mixing;
    private int smallestBatch = 1;
    private int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    private int prefetch = 3;

    private Builder(Dataset dataset, int batchSize) {
      this.dataset = Objects.requireNonNull(dataset, "dataset");
      this.batchSize = atLeast("batchSize", batchSize, 1);
      if (dataset.size() == 0) {
        throw new DatasetException("the data set is empty; a loader needs at least one sample");
      }
    }

    /** A new random order in each epoch, from the seed; without it, the order of the data set. */
    public Builder shuffle(long fromSeed) {
      this.shuffle = true;
      this.seed = fromSeed;
      return this;
    }

    /** Changes each sample, at random by (seed, sample, epoch), before preprocessing. */
    public Builder transform(SampleTransform change, long fromSeed) {
      this.transform = Objects.requireNonNull(change, "change");
      this.transformSeed = fromSeed;
      return this;
    }

    /** Computes each sample by {@code fitted}. */
    public Builder preprocessing(Preprocessing fitted) {
      this.preprocessing = Objects.requireNonNull(fitted, "fitted");
      return this;
    }

    /**
     * Changes each batch as a whole, at random by (seed, epoch, position of the batch), after
     * preprocessing; batches have soft targets then.
     */
    public Builder mix(BatchTransform change, long fromSeed) {
      this.mixing = new BatchMixing(Objects.requireNonNull(change, "change"), fromSeed);
      return this;
    }

    /** Leaves out a last batch of fewer than {@code samples}; 1, the default, keeps every one. */
    public Builder smallestBatch(int samples) {
      this.smallestBatch = atLeast("smallestBatch", samples, 1);
      return this;
    }

    /** Leaves out a last batch that is not full. */
    public Builder dropLast() {
      return smallestBatch(batchSize);
    }

    /** Threads that assemble batches; 0 does it in the thread that asks, when it asks. */
    public Builder threads(int count) {
      this.threads = atLeast("threads", count, 0);
      return this;
    }

    /** Batches that are kept ready, beside the one in use; where there are threads. */
    public Builder prefetch(int count) {
      this.prefetch = atLeast("prefetch", count, 1);
      return this;
    }

    /** The loader; its threads start with the first epoch. */
    public DataLoader build() {
      return new DataLoader(this);
    }

    private static int atLeast(String name, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s of a loader must be at least %d, got %d".formatted(name, least, value));
      }
      return value;
    }
  }
}
