package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.op.Affine;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sequence does after something that it needs is gone, or the device failed. */
class GpuSequenceLifeTest {
  private final SequenceRig rig = new SequenceRig();
  private final HeapContext device = rig.device;
  private final GpuBackend backend = rig.backend;

  @AfterEach
  void close() {
    rig.close();
    assertEquals(0, device.openRecordings());
  }

  @Test
  void aRecordingThatFailsIsNotTriedAgainAndLosesNoRun() {
    List<String> expected = rig.oneByOne(rig.three(rig.memory));
    for (GpuException failure :
        List.of(new GpuException("capture is not permitted"), new GpuException("no graphs here"))) {
      device.recordingFailure = failure;
      try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
        sequence.run();
        assertEquals(expected, rig.ran());
        sequence.run();
        assertEquals(expected, rig.ran());
        device.recordingFailure = null;
        sequence.run();
        assertEquals(expected, rig.ran());
        assertEquals(List.of(), rig.calls("record"));
      }
    }
  }

  @Test
  void aDeviceLostWhileRecordingIsAnError() {
    device.recordingFailure = new DeviceLostException("the fake device does not answer");
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      sequence.run();
      assertEquals(
          "3 operations from first/Affine to third/Affine: the fake device does not answer",
          assertThrows(DeviceLostException.class, sequence::run).getMessage());
    }
  }

  @Test
  void anErrorOfAReplaySaysBetweenWhichLayersAndHowToFindOut() {
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      sequence.run();
      sequence.run();
      device.replayFailure = new GpuException("cuGraphLaunch failed");
      String message =
          "one of 3 operations from first/Affine to third/Affine in a recorded step (the setting"
              + " fake.graphs=off shows which): ";
      assertEquals(
          message + "cuGraphLaunch failed",
          assertThrows(GpuException.class, sequence::run).getMessage());
      device.replayFailure = null;
      device.lost = true;
      assertEquals(
          message + "the fake device does not answer",
          assertThrows(DeviceLostException.class, sequence::run).getMessage());
    }
  }

  @Test
  void withoutMemoryForTheRecordingTheLaunchesRunOneByOneFromThen() {
    List<String> expected = rig.oneByOne(rig.three(rig.memory));
    try (Sequence sequence = backend.sequence(rig.three(rig.memory))) {
      sequence.run();
      sequence.run();
      rig.ran();
      device.replayFailure = new OutOfMemoryException("the fake device is full");
      sequence.run();
      assertEquals(expected, rig.ran());
      assertEquals(0, device.openRecordings());
      device.replayFailure = null;
      device.calls.clear();
      sequence.run();
      assertEquals(expected, rig.ran());
      assertEquals(List.of(), rig.calls("re"));
    }
  }

  @Test
  void memoryThatWasClosedIsNotUsedByAReplay() {
    for (int runs = 0; runs < 4; runs++) {
      Memory other = backend.allocate(4096);
      try (Sequence sequence = backend.sequence(rig.three(other))) {
        List<Launch> launches = rig.three(other);
        for (int run = 0; run < runs; run++) {
          sequence.run();
        }
        other.close();
        rig.ran();
        String expected =
            assertThrows(IllegalStateException.class, () -> launches.get(0).run()).getMessage();
        assertEquals(
            expected, assertThrows(IllegalStateException.class, sequence::run).getMessage());
        assertEquals(List.of(), rig.ran(), "after " + runs + " runs");
      }
    }
  }

  @Test
  void memoryThatWasGivenAnewServesAnotherSequenceAndNotTheOld() {
    Memory first = backend.allocate(4096);
    try (Sequence old = backend.sequence(rig.three(first))) {
      old.run();
      old.run();
      first.close();
      try (Memory second = backend.allocate(4096);
          Sequence next = backend.sequence(rig.three(second))) {
        List<String> expected = rig.oneByOne(rig.three(second));
        for (int run = 0; run < 3; run++) {
          next.run();
          assertEquals(expected, rig.ran());
          assertThrows(IllegalStateException.class, old::run);
          assertEquals(List.of(), rig.ran());
        }
      }
    }
  }

  @Test
  void aMemoryThatNoLaunchReadsMayBeClosed() {
    Memory unread = backend.allocate(512);
    try (Kernel kernel = new GpuKernel.Builder(backend.platform()).ignores(0).build()) {
      List<Launch> launches = new ArrayList<>(rig.three(rig.memory));
      launches.add(rig.launch("unread", kernel, unread, 0, 0));
      List<String> expected = rig.oneByOne(launches);
      try (Sequence sequence = backend.sequence(launches)) {
        sequence.run();
        unread.close();
        rig.ran();
        for (int run = 0; run < 3; run++) {
          sequence.run();
          assertEquals(expected, rig.ran());
        }
      }
    }
  }

  @Test
  void aKernelThatWasClosedDoesNotRunInAReplay() {
    for (int runs = 0; runs < 4; runs++) {
      Kernel kernel = (Kernel) backend.prepare(new Affine(3, 0), List.of(SequenceRig.TYPE));
      List<Launch> launches = new ArrayList<>(rig.three(rig.memory));
      launches.add(0, rig.launch("closed", kernel, rig.memory, 0, 512));
      try (Sequence sequence = backend.sequence(launches)) {
        for (int run = 0; run < runs; run++) {
          sequence.run();
        }
        kernel.close();
        rig.ran();
        assertEquals(
            "a kernel of fake:0 was closed",
            assertThrows(IllegalStateException.class, sequence::run).getMessage());
        assertEquals(List.of(), rig.ran());
      }
    }
  }

  @Test
  void afterTheBackendNothingRunsAndEverythingMayBeClosed() {
    Sequence sequence = backend.sequence(rig.three(rig.memory));
    Sequence none = backend.sequence(List.of());
    sequence.run();
    sequence.run();
    none.run();
    backend.close();
    assertEquals(0, device.openRecordings());
    for (Sequence late : List.of(sequence, none)) {
      assertEquals(
          "backend fake:0 is used after it was closed",
          assertThrows(IllegalStateException.class, late::run).getMessage());
      late.close();
    }
  }

  @Test
  void aClosedSequenceFreesItsRecordingOnceAndRunsNoMore() {
    for (int runs = 0; runs < 4; runs++) {
      Sequence sequence = backend.sequence(rig.three(rig.memory));
      for (int run = 0; run < runs; run++) {
        sequence.run();
      }
      sequence.close();
      sequence.close();
      assertEquals(0, device.openRecordings());
      assertEquals(
          "a sequence of fake:0 was closed",
          assertThrows(IllegalStateException.class, sequence::run).getMessage());
    }
    assertEquals(3, rig.oneByOne(rig.three(rig.memory)).size(), "the kernels stay");
  }
}
