package dev.cambium.examples.lecture;

import dev.cambium.image.Image;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the programs of rows run.
 *
 * @param backend computes everything forward and backward
 * @param pictures the folder for pictures, which exists; empty when none are wanted
 */
public record Laboratory(Backend backend, Optional<Path> pictures) {
  /** Checks that nothing is null. */
  public Laboratory {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(pictures, "pictures");
  }

  /** Writes a picture to {@code NAME.png} where pictures are wanted, and does not draw it else. */
  void picture(String name, Supplier<Image> picture) throws IOException {
    if (pictures.isPresent()) {
      AtomicFile.write(pictures.get().resolve(name + ".png"), picture.get().toPng());
    }
  }
}
