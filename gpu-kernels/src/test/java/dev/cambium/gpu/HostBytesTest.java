package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;

class HostBytesTest {
  /** A channel that takes three bytes at a time. */
  private static final class Slow implements WritableByteChannel {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public int write(ByteBuffer from) {
      int count = Math.min(3, from.remaining());
      for (int i = 0; i < count; i++) {
        taken.write(from.get());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      taken.reset();
    }
  }

  @Test
  void everythingIsWrittenToAChannelThatTakesLittleAtATime() throws IOException {
    Slow slow = new Slow();
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
    HostBytes.writeAll(ByteBuffer.wrap(bytes), slow);
    assertArrayEquals(bytes, slow.taken.toByteArray());
  }

  @Test
  void sizesAreSaidInTheLargestUnitThatTheyFill() {
    assertEquals("1023 bytes", HostBytes.words(1023));
    assertEquals("1.0 KiB", HostBytes.words(1024));
    assertEquals("1.5 MiB", HostBytes.words(3L << 19));
    assertEquals("139.8 GiB", HostBytes.words(150_110_000_000L));
    assertEquals("2048.0 TiB", HostBytes.words(1L << 51));
  }
}
