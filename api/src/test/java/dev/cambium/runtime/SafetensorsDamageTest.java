package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.HostArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsDamageTest {
  @TempDir Path folder;

  /** Every row: a header in JSON (' stands for "), bytes of data, and what the message says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|9 bytes of data; expected 8 bytes
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|7|tensor 'a': data_offsets were [0, 8]; expected offsets within the file's 7 bytes
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,7]}}|7|tensor 'a': data_offsets were [0, 7], which is 7 bytes; expected 8 bytes for its type FLOAT32[2]
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|8|tensor 'a': data_offsets were [8, 0]; expected [begin, end]
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|8|tensor 'a': data_offsets were [0]; expected [begin, end]
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}|8|tensor 'a': data_offsets holds -8; expected whole numbers
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8.0]}}|8|tensor 'a': data_offsets holds 8.0; expected whole numbers
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,18446744073709551617]}}|8|tensor 'a': data_offsets holds 18446744073709551617
          {'a':{'dtype':'F32','shape':[2],'data_offsets':8}}|8|tensor 'a': data_offsets was 8; expected an array
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}|6|tensor 'b': data_offsets were [2, 6], an overlap; expected its data to begin at 4
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|tensor 'b': data_offsets were [0, 4], an overlap
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[5,9]}}|9|tensor 'b': data_offsets were [5, 9], a gap; expected its data to begin at 4
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|tensor 'a': data_offsets were [4, 8], a gap
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|tensor 'a': it stands in the header twice
          {'a':{'dtype':'BF16','shape':[2],'data_offsets':[0,4]}}|4|tensor 'a': dtype was 'BF16'; expected F32, F64, I32, I64 or U8
          {'a':{'dtype':32,'shape':[2],'data_offsets':[0,8]}}|8|tensor 'a': dtype was 32
          {'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}|8|tensor 'a': dtype stands in its entry twice
          {'a':{'shape':[2],'data_offsets':[0,8]}}|8|tensor 'a': its entry has no dtype
          {'a':{'dtype':'F32','data_offsets':[0,8]}}|8|tensor 'a': its entry has no shape
          {'a':{'dtype':'F32','shape':[2]}}|8|tensor 'a': its entry has no data_offsets
          {'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|8|tensor 'a': shape holds -2
          {'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}|8|tensor 'a': shape holds '2'
          {'a':{'dtype':'F32','shape':[[2]],'data_offsets':[0,8]}}|8|tensor 'a': shape holds an array
          {'a':{'dtype':'F32','shape':{'n':2},'data_offsets':[0,8]}}|8|tensor 'a': shape was an object
          {'a':{'dtype':'F32','shape':[3000000000],'data_offsets':[0,8]}}|8|tensor 'a': shape was [3000000000]; expected dimensions of at most
          {'a':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,8]}}|8|tensor 'a': shape was [2147483647, 2147483647, 2147483647]; expected a size
          {'a':{'dtype':'F32','shape':[2147483647],'data_offsets':[0,8589934588]}}|8|tensor 'a': its type FLOAT32[2147483647] is 8589934588 bytes
          {'a':[1]}|0|tensor 'a': its entry is an array
          {'__metadata__':{'k':1}}|0|__metadata__ 'k' is 1; expected one object of texts
          {'__metadata__':{'k':'1','k':'2'}}|0|__metadata__ has 'k' twice
          {'__metadata__':{},'__metadata__':{}}|0|__metadata__ stands in the header twice
          {'__metadata__':[]}|0|__metadata__ is an array
          {} {}|0|something follows the header's JSON object
          {'a':|0|the header is not valid JSON
          {'a'}|0|the header is not valid JSON
          {,}|0|the header is not valid JSON
          [1]|0|the header does not start with '{'
          """)
  void saysWhatIsWrongWithAHeader(String json, int dataBytes, String message) throws IOException {
    byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    refuses(message, file(header.length, header, dataBytes));
  }

  @Test
  void ignoresFieldsOfAnEntryThatItDoesNotKnow() throws IOException {
    byte[] header =
        "{\"a\":{\"new\":{\"x\":[1]},\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}  "
            .getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("a.safetensors");
    Files.write(file, file(header.length, header, 1));
    assertEquals(1, Safetensors.read(file).tensors().size());
  }

  @Test
  void saysWhatIsWrongWithALength() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    refuses("a file of 0 bytes; expected at least the 8 bytes", new byte[0]);
    refuses("a file of 7 bytes; expected at least the 8 bytes", new byte[7]);
    refuses("a header of 3 bytes; expected at most 2, the bytes that follow", file(3, header, 0));
    refuses("a header of 18446744073709551615 bytes; expected at most 2", file(-1, header, 0));
    refuses(
        "a header of 9223372036854775807 bytes; expected at most 2",
        file(Long.MAX_VALUE, header, 0));
    refuses("the header does not start with '{'", file(0, header, 0));
  }

  @Test
  void refusesAHeaderBeyondTheFormatsLimitWithoutReadingIt() throws IOException {
    Path file = folder.resolve("sparse.safetensors");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(200_000_000).flip());
      channel.write(ByteBuffer.wrap(new byte[1]), 300_000_000);
    }
    SafetensorsException failure =
        assertThrows(SafetensorsException.class, () -> Safetensors.read(file));
    assertEquals("a header of 200000000 bytes", failure.was());
    assertEquals("at most 100000000", failure.expected());
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    byte[] header = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};
    refuses("the header is not valid JSON (not UTF-8)", file(header.length, header, 0));
  }

  @Test
  void refusesNestingWithoutEnd() throws IOException {
    byte[] header = ("{\"a\":{\"b\":" + "[".repeat(500_000)).getBytes(StandardCharsets.UTF_8);
    refuses("the header is not valid JSON", file(header.length, header, 0));
  }

  @Test
  void saysThatAFileIsNotThereOrAFolder() {
    Path missing = folder.resolve("missing.safetensors");
    IOException failure = assertThrows(IOException.class, () -> Safetensors.read(missing));
    assertEquals(
        missing + ": cannot be read (no such file or folder: " + missing + ")",
        failure.getMessage());
    IOException isFolder = assertThrows(IOException.class, () -> Safetensors.read(folder));
    assertEquals(folder + ": cannot be read (is a folder)", isFolder.getMessage());
  }

  @Test
  void carriesFileAndTensor() throws IOException {
    byte[] header =
        "{\"x.weight\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[0,2]}}"
            .getBytes(StandardCharsets.UTF_8);
    SafetensorsException failure = refuses("dtype was 'F16'", file(header.length, header, 2));
    assertEquals(folder.resolve("a.safetensors"), failure.file());
    assertEquals("x.weight", failure.tensor().orElseThrow());
    assertEquals("dtype was 'F16'", failure.was());
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = valid();
    for (int length = 0; length < whole.length; length++) {
      refuses("", Arrays.copyOf(whole, length));
    }
  }

  @Test
  void neverGivesAnythingButItsExceptionOrAWholeResult() throws IOException {
    byte[] whole = valid();
    int headerEnd = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    int refused = 0;
    for (int bit = 0; bit < headerEnd * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      refused += readsOrRefuses(damaged) ? 0 : 1;
    }
    assertTrue(refused > headerEnd * 4, "most flips in a header do damage, got " + refused);

    Random random = new Random(42);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(99));
      for (int change = random.nextInt(6); change >= 0; change--) {
        int from = random.nextInt(damaged.length);
        int to = random.nextInt(damaged.length);
        damaged[to] = random.nextBoolean() ? damaged[from] : (byte) random.nextInt(256);
      }
      readsOrRefuses(damaged);
    }
  }

  /** Whether it could be read; anything but the typed exception fails the test. */
  private boolean readsOrRefuses(byte[] content) throws IOException {
    Path file = folder.resolve("fuzz.safetensors");
    overwrite(file, content);
    try {
      long bytes = 0;
      for (HostArray array : Safetensors.read(file).tensors().values()) {
        bytes += array.type().bytes();
      }
      long header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      assertEquals(content.length, 8 + header + bytes);
      return true;
    } catch (SafetensorsException e) {
      assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      return false;
    }
  }

  private byte[] valid() throws IOException {
    Path file = folder.resolve("valid.safetensors");
    Safetensors.write(file, SafetensorsTest.sample(), Map.of("epoch", "1", "step", "230"));
    return Files.readAllBytes(file);
  }

  private SafetensorsException refuses(String message, byte[] content) throws IOException {
    Path file = folder.resolve("a.safetensors");
    overwrite(file, content);
    SafetensorsException failure =
        assertThrows(SafetensorsException.class, () -> Safetensors.read(file));
    assertTrue(
        failure.getMessage().startsWith(file.toString()) && failure.getMessage().contains(message),
        () -> "expected '" + message + "' in: " + failure.getMessage());
    assertThrows(SafetensorsException.class, () -> Safetensors.readTypes(file));
    return failure;
  }

  /**
   * As Files.write; but a file cut to 0 bytes first is forced to the disk by ext4: too slow here.
   */
  private static void overwrite(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content));
      channel.truncate(content.length);
    }
  }

  private static byte[] file(long length, byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }
}
