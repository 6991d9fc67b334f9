package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.ref.Cleaner;
import org.junit.jupiter.api.Test;

class LeakReportTest {
  @Test
  void onlyAnOwnerThatWasNeverClosedIsReportedWithTheStackThatMadeIt() throws InterruptedException {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true));
    try {
      Cleaner cleaner = Cleaner.create();
      LeakReport.watch(new Object(), "a forgotten tensor", cleaner);
      LeakReport.watch(new Object(), "a closed tensor", cleaner).closed();
      for (int i = 0; i < 200 && !log.toString().contains("forgotten"); i++) {
        System.gc();
        Thread.sleep(20);
      }
    } finally {
      System.setErr(before);
    }
    assertTrue(log.toString().contains("a forgotten tensor was never closed"), log.toString());
    assertTrue(log.toString().contains("LeakReportTest"), log.toString());
    assertEquals(-1, log.toString().indexOf("a closed tensor"));
  }
}
