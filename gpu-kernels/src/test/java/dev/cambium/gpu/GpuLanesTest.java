package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GpuLanesTest {
  @Test
  void aGroupIsOneWorkItemWithAllLanesOrOneForEach() {
    assertEquals(new Grid(5, 1, 1, 1, 1), new GpuLanes(true, 2).groups(5));
    assertEquals(new Grid(5, 1, 1, 64, 1), new GpuLanes(false, 108).groups(5));
  }
}
