package dev.cambium.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The libraries of which cuDNN consists. {@code libcudnn} itself loads each of them at the first
 * call that needs it, and ends the process when that fails; so all that are needed are loaded
 * before anything is called.
 */
final class CudnnParts {
  /**
   * Of version 8, for convolutions, pooling and batch normalisation: those with their gradients.
   */
  private static final List<String> OF_8 =
      List.of("ops_infer", "ops_train", "cnn_infer", "cnn_train");

  /** Of version 9, in the order in which they need one another. */
  private static final List<String> OF_9 =
      List.of(
          "graph", "ops", "engines_precompiled", "engines_runtime_compiled", "heuristic", "cnn");

  private static final String WHOLE = "libcudnn.so.";

  private CudnnParts() {}

  /**
   * Loads those of a version that lie beside {@code libcudnn}, or beside the file that it links to.
   *
   * @param cudnn the file of {@code libcudnn}; one of another name is taken to have no parts
   * @throws UnsatisfiedLinkError when one is missing, or does not load; it names the part
   */
  static void load(Path cudnn) {
    List<Path> parts = new ArrayList<>();
    String whole = cudnn.getFileName().toString();
    for (String part : names(whole)) {
      parts.add(beside(cudnn, whole.replace("libcudnn", "libcudnn_" + part)));
    }
    for (Path part : parts) {
      try {
        SharedLibrary.open(part);
      } catch (UnsatisfiedLinkError broken) {
        throw new UnsatisfiedLinkError(
            "its part " + part.getFileName() + " does not load: " + broken.getMessage());
      }
    }
  }

  private static List<String> names(String cudnn) {
    return switch (cudnn) {
      case WHOLE + "8" -> OF_8;
      case WHOLE + "9" -> OF_9;
      default -> List.of();
    };
  }

  private static Path beside(Path cudnn, String part) {
    Path here = cudnn.resolveSibling(part);
    if (Files.exists(here)) {
      return here;
    }
    try {
      Path there = cudnn.toRealPath().resolveSibling(part);
      if (Files.exists(there)) {
        return there;
      }
    } catch (IOException unreadable) {
      throw new UnsatisfiedLinkError(unreadable.toString());
    }
    throw new UnsatisfiedLinkError(
        "its part " + part + " is missing beside it: install all of cuDNN");
  }
}
