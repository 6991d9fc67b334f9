package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static dev.cambium.data.DataFiles.cifar;
import static dev.cambium.data.DataFiles.images;
import static dev.cambium.data.DataFiles.labels;
import static dev.cambium.data.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir Path folder;

  @Test
  void eachFormOpensItsKind() throws IOException {
    write(folder, "train-images-idx3-ubyte", images(2));
    write(folder, "train-labels-idx1-ubyte", labels(0, 1));
    write(folder, "t10k-images-idx3-ubyte", images(1));
    write(folder, "t10k-labels-idx1-ubyte", labels(0));
    write(folder, "data_batch_1.bin", cifar(1, 3));
    write(folder, "test_batch.bin", cifar(1, 3));
    write(folder, "train.bin", cifar(2, 77));
    write(folder, "test.bin", cifar(2, 77));
    assertEquals("1", Datasets.open("mnist:" + folder, 1).train().classNames().get(1));
    assertEquals(
        "Trouser", Datasets.open("fashion-mnist:" + folder, 1).train().classNames().get(1));
    assertEquals(10, Datasets.open("cifar10:" + folder, 1).train().classNames().size());
    assertEquals(100, Datasets.open("cifar100:" + folder, 1).train().classNames().size());
  }

  @Test
  void digitsAreMadeFromTheSeed() {
    DataSplits digits = Datasets.open("digits", 4);
    assertEquals(6000, digits.train().size());
    assertEquals(1000, digits.test().size());
    assertArrayEquals(Digits.draw(4, "test", 999).values(), digits.test().image(999).values());
  }

  @Test
  void picturesMayBeBroughtToASize() throws IOException {
    for (String name : new String[] {"a/0.png", "a/1.png", "b/0.png"}) {
      Files.createDirectories(folder.resolve(name).getParent());
      Image.filled(1, 8, 9, 0.5f).writePng(folder.resolve(name));
    }
    assertEquals(Shape.of(1, 8, 9), Datasets.open("images:" + folder, 1).train().sampleShape());
    assertEquals(
        Shape.of(1, 4, 3), Datasets.open("images:" + folder + "@4x3", 1).train().sampleShape());
    assertThrows(
        IllegalArgumentException.class, () -> Datasets.open("images:" + folder + "@0x3", 1));
  }

  @Test
  void anUnknownFormListsTheForms() {
    for (String form : new String[] {"mnits:data", "mnist", "mnist:", "digits:x", "", ":"}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Datasets.open(form, 1)).getMessage();
      assertTrue(
          message.contains("\"" + form + "\"") && message.contains("digits, mnist:DIR"), message);
    }
    assertRefused(() -> Datasets.open("mnist:" + folder.resolve("no"), 1), "there is no folder");
  }
}
