package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataLoaderTest {
  private static final Dataset DATA = Digits.open(1, 103, 1).train();

  /** Adds one random number to every pixel. */
  private static final SampleTransform SHIFT =
      (image, random) -> {
        float[] values = image.values();
        float shift = (float) random.nextGaussian();
        for (int i = 0; i < values.length; i++) {
          values[i] += shift;
        }
        return image;
      };

  private static DataLoader.Builder loader(int batchSize) {
    return DataLoader.builder(DATA, batchSize).threads(2);
  }

  /** Everything that the batches hold, in one line each. */
  private static List<String> contents(Iterable<Batch> batches) {
    List<String> lines = new ArrayList<>();
    for (Batch batch : batches) {
      lines.add(
          "%d/%d %s %s %08x"
              .formatted(
                  batch.epoch(),
                  batch.position(),
                  Arrays.toString(batch.indices()),
                  Arrays.toString(batch.labels().toInts()),
                  Arrays.hashCode(batch.images().toFloats())));
    }
    return lines;
  }

  @Test
  void batchesHoldTheSamplesAndLabelsOfTheirIndices() {
    try (DataLoader loader = loader(10).build()) {
      int seen = 0;
      for (Batch batch : loader.epoch(0)) {
        assertEquals(TensorType.float32(batch.size(), 1, 28, 28), batch.images().type());
        float[] images = batch.images().toFloats();
        int[] labels = batch.labels().toInts();
        for (int i = 0; i < batch.size(); i++) {
          assertEquals(seen, batch.indices()[i]);
          assertEquals(DATA.label(seen), labels[i]);
          float[] sample = Arrays.copyOfRange(images, 784 * i, 784 * (i + 1));
          assertArrayEquals(DATA.image(seen).values(), sample);
          seen++;
        }
      }
      assertEquals(103, seen);
      assertEquals(11, loader.batches());
    }
  }

  @Test
  void theLastBatchIsSmallerOrLeftOut() {
    assertSizes(loader(20), 20, 20, 20, 20, 20, 3);
    assertSizes(loader(20).smallestBatch(3), 20, 20, 20, 20, 20, 3);
    assertSizes(loader(20).smallestBatch(4), 20, 20, 20, 20, 20);
    assertSizes(loader(20).dropLast(), 20, 20, 20, 20, 20);
    assertSizes(loader(103).dropLast(), 103);
    assertSizes(loader(1000), 103);
    assertSizes(loader(Integer.MAX_VALUE), 103);
    assertRefused(() -> loader(104).dropLast().build(), "103 samples", "104");
  }

  private static void assertSizes(DataLoader.Builder builder, int... sizes) {
    try (DataLoader loader = builder.build()) {
      List<Integer> got = new ArrayList<>();
      loader.epoch(0).forEachRemaining(batch -> got.add(batch.size()));
      assertEquals(IntStream.of(sizes).boxed().toList(), got);
      assertEquals(IntStream.of(sizes).sum(), loader.samples());
    }
  }

  @Test
  void everyEpochHasItsOwnOrderWithEachSampleOnce() {
    try (DataLoader loader = loader(16).shuffle(5).build()) {
      int[] first = order(loader.epoch(0));
      int[] second = order(loader.epoch(1));
      assertNotEquals(Arrays.toString(first), Arrays.toString(second));
      assertArrayEquals(IntStream.range(0, 103).toArray(), IntStream.of(first).sorted().toArray());
      assertArrayEquals(IntStream.range(0, 103).toArray(), IntStream.of(second).sorted().toArray());
      assertArrayEquals(first, order(loader.epoch(0)));
    }
    try (DataLoader other = loader(16).shuffle(6).build();
        DataLoader same = loader(7).shuffle(5).build()) {
      assertNotEquals(
          Arrays.toString(order(other.epoch(0))), Arrays.toString(order(same.epoch(0))));
    }
  }

  private static int[] order(Epoch epoch) {
    List<Integer> order = new ArrayList<>();
    epoch.forEachRemaining(b -> IntStream.of(b.indices()).forEach(order::add));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void threadsAndPrefetchDoNotChangeWhatComes() {
    List<String> expected = null;
    for (int threads : new int[] {0, 1, 2, 5}) {
      for (int prefetch : new int[] {1, 4}) {
        try (DataLoader loader =
            DataLoader.builder(DATA, 8)
                .threads(threads)
                .prefetch(prefetch)
                .shuffle(9)
                .transform(SHIFT, 3)
                .build()) {
          List<String> got = contents(loader.epoch(0));
          got.addAll(contents(loader.epoch(1)));
          expected = expected == null ? got : expected;
          assertEquals(expected, got, threads + " threads");
        }
      }
    }
  }

  @Test
  void anEpochCanBeTakenUpAtAnyBatch() {
    try (DataLoader loader = loader(8).shuffle(9).transform(SHIFT, 3).build()) {
      List<String> whole = contents(loader.epoch(4));
      assertEquals(whole.subList(5, 13), contents(loader.epoch(4, 5)));
      assertEquals(List.of(), contents(loader.epoch(4, 13)));
      Epoch part = loader.epoch(4, 5);
      assertEquals(5, part.position());
      part.next();
      assertEquals(6, part.position());
      assertThrows(IllegalArgumentException.class, () -> loader.epoch(4, 14));
      assertThrows(IllegalArgumentException.class, () -> loader.epoch(-1));
    }
  }

  @Test
  void aTransformGetsAStreamBySeedSampleAndEpochAndKeepsTheDataWhole() {
    float[] before = DATA.image(0).values();
    float first;
    try (DataLoader loader = loader(103).transform(SHIFT, 3).build()) {
      first = (float) loader.epoch(0).next().images().get(0);
      // The stream that a sample gets can be had by anybody.
      float shift = (float) new RandomStream(3, "transform/0/0").nextGaussian();
      assertEquals(before[0] + shift, first);
      assertNotEquals(first, (float) loader.epoch(1).next().images().get(0));
    }
    try (DataLoader loader = loader(103).transform(SHIFT, 4).build()) {
      assertNotEquals(first, (float) loader.epoch(0).next().images().get(0));
    }
    assertArrayEquals(before, DATA.image(0).values());
  }

  @Test
  void aTransformMayChangeTheSizeAndPreprocessingComesAfterIt() {
    SampleTransform crop =
        new SampleTransform() {
          @Override
          public Image apply(Image image, RandomStream random) {
            return image.crop(random.nextInt(4), random.nextInt(4), 24, 24);
          }

          @Override
          public Shape outputShape(Shape shape) {
            return Shape.of(1, 24, 24);
          }
        };
    List<Shape> seen = new ArrayList<>();
    Preprocessing sum =
        new Preprocessing() {
          @Override
          public Shape outputShape(Shape shape) {
            seen.add(shape);
            return Shape.of(1);
          }

          @Override
          public void apply(float[] from, int at, float[] to, int toOffset, Shape shape) {
            to[toOffset] = 0;
            for (int i = 0; i < shape.intSize(); i++) {
              to[toOffset] += from[at + i];
            }
          }

          @Override
          public ObjectNode toJson() {
            return JsonNodeFactory.instance.objectNode().put("type", "sum");
          }
        };
    try (DataLoader loader = loader(4).transform(crop, 1).preprocessing(sum).build()) {
      assertEquals(List.of(Shape.of(1, 24, 24)), seen);
      assertEquals(Shape.of(1), loader.sampleShape());
      Batch batch = loader.epoch(0).next();
      assertEquals(TensorType.float32(4, 1), batch.images().type());
      assertTrue(batch.images().get(3) > 10);
    }
    SampleTransform liar = (image, random) -> image.crop(0, 0, 5, 5);
    try (DataLoader loader = loader(4).transform(liar, 1).build()) {
      assertRefused(() -> loader.epoch(0).next(), "sample 0", "[1, 28, 28]", "gave [1, 5, 5]");
    }
  }

  /** Fails on one sample, or has a label that is no class. */
  private record Broken(int broken, boolean badLabel) implements Dataset {
    @Override
    public int size() {
      return 40;
    }

    @Override
    public Shape sampleShape() {
      return Shape.of(2);
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b");
    }

    @Override
    public int label(int index) {
      return badLabel && index == broken ? 2 : 1;
    }

    @Override
    public void copy(int index, float[] into, int offset) {
      if (!badLabel && index == broken) {
        throw new IllegalStateException("the disk is gone");
      }
    }

    @Override
    public String sampleName(int index) {
      return "picture-" + index + ".png";
    }
  }

  @Test
  void aFailureInAWorkerSurfacesAtItsBatchWithTheSamplesName() {
    for (int threads : new int[] {0, 3}) {
      try (DataLoader loader =
          DataLoader.builder(new Broken(17, false), 5).threads(threads).build()) {
        Epoch epoch = loader.epoch(0);
        for (int i = 0; i < 3; i++) {
          assertEquals(i, epoch.next().position());
        }
        assertRefused(epoch::next, "picture-17.png could not be loaded", "the disk is gone");
        assertFalse(epoch.hasNext());
        assertThrows(IllegalStateException.class, epoch::next);
        assertEquals(0, loader.epoch(1).next().position());
      }
      try (DataLoader loader =
          DataLoader.builder(new Broken(2, true), 5).threads(threads).build()) {
        assertRefused(() -> loader.epoch(0).next(), "picture-2.png", "is 2", "0..1");
      }
    }
  }

  @Test
  void buffersAreReusedSoThatMemoryStaysConstant() {
    try (DataLoader loader = loader(10).prefetch(2).build()) {
      long[] addresses =
          IntStream.range(0, 3)
              .boxed()
              .flatMap(e -> addresses(loader.epoch(e)).stream())
              .mapToLong(Integer::longValue)
              .distinct()
              .toArray();
      assertEquals(3, addresses.length, "prefetch 2 and one in use");
    }
  }

  /** Identities of the arrays of the full batches. */
  private static List<Integer> addresses(Epoch epoch) {
    List<Integer> addresses = new ArrayList<>();
    for (Batch batch : epoch) {
      if (batch.size() == 10) {
        addresses.add(System.identityHashCode(batch.images()));
      }
    }
    return addresses;
  }

  @Test
  void aBatchStaysWholeUntilTheNextIsAskedFor() throws InterruptedException {
    try (DataLoader loader = loader(10).prefetch(1).build()) {
      Epoch epoch = loader.epoch(0);
      Batch batch = epoch.next();
      float[] before = batch.images().toFloats();
      Thread.sleep(50);
      assertArrayEquals(before, batch.images().toFloats());
      assertSame(epoch, epoch.iterator());
    }
  }

  @Test
  void openingAnEpochClosesTheOneBefore() {
    try (DataLoader loader = loader(10).build()) {
      Epoch first = loader.epoch(0);
      first.next();
      List<String> second = contents(loader.epoch(1));
      assertEquals(contents(loader.epoch(1)), second);
      assertFalse(first.hasNext());
      assertThrows(IllegalStateException.class, first::next);
    }
  }

  @Test
  void anEpochEndsLikeAnyIterator() {
    try (DataLoader loader = loader(103).build()) {
      Epoch epoch = loader.epoch(0);
      epoch.next();
      assertThrows(NoSuchElementException.class, epoch::next);
    }
  }

  @Test
  void closingEndsTheThreadsEvenInTheMiddleOfAnEpoch() throws InterruptedException {
    DataLoader loader = loader(2).prefetch(8).threads(4).build();
    loader.epoch(0).next();
    List<Thread> threads = loaderThreads();
    assertTrue(threads.size() >= 4 && threads.stream().allMatch(Thread::isDaemon));
    loader.close();
    loader.close();
    // A pool is terminated a moment before its last thread is.
    for (Thread thread : threads) {
      thread.join(1_000);
    }
    assertEquals(List.of(), loaderThreads());
    assertThrows(IllegalStateException.class, () -> loader.epoch(0));
  }

  private static List<Thread> loaderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("cambium-loader-") && thread.isAlive())
        .toList();
  }

  @Test
  void anInterruptedReaderGetsAnErrorAndKeepsItsMark() {
    SampleTransform slow =
        (image, random) -> {
          LockSupport.parkNanos(100_000_000);
          return image;
        };
    try (DataLoader loader = loader(10).transform(slow, 1).build()) {
      Epoch epoch = loader.epoch(0);
      Thread.currentThread().interrupt();
      assertThrows(IllegalStateException.class, epoch::next);
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void wrongSettingsAreRefused() {
    assertMessage("batchSize of a loader must be at least 1, got 0", () -> loader(0));
    assertMessage(
        "threads of a loader must be at least 0, got -1",
        () -> DataLoader.builder(DATA, 1).threads(-1));
    assertMessage("prefetch of a loader must be at least 1, got 0", () -> loader(1).prefetch(0));
    assertRefused(
        () -> DataLoader.builder(new Subset(DATA), 1), "the data set is empty", "at least one");
    assertThrows(
        IllegalArgumentException.class,
        () -> DataLoader.builder(new Broken(0, false), 1).transform(SHIFT, 1).build());
  }

  private static void assertMessage(String message, Runnable building) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, building::run).getMessage());
  }
}
