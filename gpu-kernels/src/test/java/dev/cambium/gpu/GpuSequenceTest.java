package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a sequence is recorded, and that its replays give the device what the launches would. */
class GpuSequenceTest {
  private static final Linear LINEAR = new Linear(true, Activation.NONE);

  private final SequenceRig rig = new SequenceRig();
  private final HeapContext device = rig.device;
  private final GpuBackend backend = rig.backend;

  @AfterEach
  void close() {
    rig.close();
    assertEquals(0, device.openRecordings());
  }

  @Test
  void itIsRecordedAtTheSecondRunAndReplayedFromThen() {
    List<String> expected = rig.oneByOne(rig.three(rig.memory));
    assertEquals(3, expected.size());
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      device.calls.clear();
      sequence.run();
      assertEquals(List.of(), rig.calls("re"));
      assertEquals(expected, rig.ran());
      for (int run = 0; run < 3; run++) {
        sequence.run();
        assertEquals(expected, rig.ran());
      }
      assertEquals(List.of("record 3", "replay 3", "replay 3", "replay 3"), rig.calls("re"));
      assertEquals(List.of("flush", "flush", "flush", "flush"), rig.calls("flush"));
      assertEquals(1, device.openRecordings());
    }
    assertEquals(0, device.openRecordings());
  }

  @Test
  void fewLaunchesRunOneByOne() {
    try (Sequence sequence = backend.sequence(rig.three(rig.memory).subList(0, 2))) {
      for (int run = 0; run < 3; run++) {
        sequence.run();
      }
      assertEquals(List.of(), rig.calls("record"));
      assertEquals(6, rig.ran().size());
    }
  }

  @Test
  void aKernelThatIsNotRecordableKeepsTheSequenceFromIt() {
    List<Launch> launches = new ArrayList<>(rig.three(rig.memory));
    Kernel foreign = (inputs, outputs, scratch) -> device.ran.add("foreign");
    launches.add(rig.launch("fourth/Foreign", foreign, rig.memory, 0, 512));
    List<String> expected = rig.oneByOne(launches);
    try (Sequence sequence = backend.sequence(launches)) {
      for (int run = 0; run < 3; run++) {
        sequence.run();
        assertEquals(expected, rig.ran());
      }
      assertEquals(List.of(), rig.calls("record"));
    }
  }

  @Test
  void aDeviceThatKeepsNoCommandsGetsLaunches() {
    device.records = false;
    List<String> expected = rig.oneByOne(rig.three(rig.memory));
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      for (int run = 0; run < 3; run++) {
        sequence.run();
        assertEquals(expected, rig.ran());
      }
    }
  }

  /** What a recording was given stays; what kernels remember of their arguments is true. */
  @Test
  void sequencesThatShareKernelsAlternate() {
    try (Memory other = backend.allocate(4096);
        Sequence here = backend.sequence(rig.three(rig.memory));
        Sequence there = backend.sequence(rig.three(other))) {
      List<String> expectedHere = rig.oneByOne(rig.three(rig.memory));
      List<String> expectedThere = rig.oneByOne(rig.three(other));
      for (int run = 0; run < 4; run++) {
        here.run();
        assertEquals(expectedHere, rig.ran(), "run " + run);
        there.run();
        assertEquals(expectedThere, rig.ran(), "run " + run);
      }
      assertEquals(expectedThere, rig.oneByOne(rig.three(other)));
      here.run();
      assertEquals(expectedHere, rig.ran());
      assertEquals(expectedHere, rig.oneByOne(rig.three(rig.memory)));
      assertEquals(2, device.openRecordings());
    }
  }

  /** The kernel's first launch after the recording must not trust what was set before it. */
  @Test
  void aKernelThatRanElsewhereBetweenTwoRunsIsSetAgain() {
    List<Launch> launches = rig.three(rig.memory);
    List<String> expected = rig.oneByOne(launches);
    Launch elsewhere = rig.launch("elsewhere", rig.doubling, rig.memory, 2048, 2560);
    List<String> expectedElsewhere = rig.oneByOne(List.of(elsewhere));
    try (Sequence sequence = backend.sequence(launches)) {
      for (int run = 0; run < 4; run++) {
        sequence.run();
        assertEquals(expected, rig.ran(), "run " + run);
        elsewhere.run();
        assertEquals(expectedElsewhere, rig.ran(), "run " + run);
      }
    }
    device.recordingFailure = new GpuException("no graphs here");
    try (Sequence sequence = backend.sequence(launches)) {
      for (int run = 0; run < 3; run++) {
        sequence.run();
        assertEquals(expected, rig.ran(), "run " + run + " where recording fails");
        elsewhere.run();
        assertEquals(expectedElsewhere, rig.ran(), "run " + run + " where recording fails");
      }
    }
  }

  @Test
  void theTimeOfAReplayIsThatOfItsCommands() {
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      for (int run = 0; run < 4; run++) {
        assertEquals(3, backend.busyNanoseconds(sequence::run), "run " + run);
      }
      assertEquals(List.of("record 3", "replay 3", "replay 3", "replay 3"), rig.calls("re"));
    }
  }

  @Test
  void launchesThatReLayWeightsAreRecordedWithTheOthers() {
    BackendConfig wide = new BackendConfig("", Map.of("fake.kernels", "wide"));
    HeapContext processor = new HeapContext(1 << 20);
    List<ValueType> types =
        List.of(
            TensorType.of(DType.FLOAT32, 4, 32),
            TensorType.of(DType.FLOAT32, 64, 32),
            TensorType.of(DType.FLOAT32, 64));
    try (GpuBackend other = new GpuBackend(processor, wide);
        Memory all = other.allocate(1 << 17);
        Kernel linear = (Kernel) other.prepare(LINEAR, types)) {
      Packer packer = linear.packer(1).orElseThrow();
      Buffer weights = other.bind(all, 1 << 14, types.get(1));
      Buffer packed = other.bind(all, 1 << 15, packer.type());
      Buffer[] inputs = {
        other.bind(all, types.get(0)), packed, other.bind(all, 4096, types.get(2))
      };
      Buffer[] outputs = {other.bind(all, 1 << 16, LINEAR.infer(types).get(0))};
      Launch pack =
          new Launch(
              "fc/Pack", packer.kernel(), new Buffer[] {weights}, new Buffer[] {packed}, null);
      Launch product = new Launch("fc/Linear", linear, inputs, outputs, null);
      List<Launch> launches = List.of(pack, product, pack, product);
      try (Sequence sequence = other.sequence(launches)) {
        sequence.run();
        List<String> expected = List.copyOf(processor.ran);
        for (int run = 0; run < 3; run++) {
          processor.ran.clear();
          sequence.run();
          assertEquals(expected, processor.ran);
        }
        assertEquals(1, processor.openRecordings());
      } finally {
        packer.kernel().close();
      }
    }
  }

  @Test
  void twoThreadsShareOneRecording() {
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      List<String> expected = rig.oneByOne(rig.three(rig.memory));
      CompletableFuture<?>[] both = new CompletableFuture<?>[2];
      for (int i = 0; i < both.length; i++) {
        both[i] =
            CompletableFuture.runAsync(
                () -> {
                  for (int run = 0; run < 50; run++) {
                    sequence.run();
                  }
                });
      }
      CompletableFuture.allOf(both).join();
      List<String> got = rig.ran();
      assertEquals(300, got.size());
      for (int run = 0; run < 100; run++) {
        assertEquals(expected, got.subList(3 * run, 3 * run + 3));
      }
      assertEquals(1, rig.calls("record").size());
      assertEquals(99, rig.calls("replay").size());
    }
  }

  @Test
  void aReplayAllocatesNothing() {
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      device.silent = true;
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      long least = Long.MAX_VALUE;
      // The JVM itself allocates now and then on a thread, when it replaces compiled code.
      for (int round = 0; round < 20 && least > 0; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int run = 0; run < 100; run++) {
          sequence.run();
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
      }
      assertEquals(0, least, "bytes");
      assertEquals(1, device.openRecordings());
    }
  }
}
