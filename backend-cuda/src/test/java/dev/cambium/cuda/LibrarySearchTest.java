package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cambium.gpu.SystemLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where libraries are found, and which versions of them are used. */
class LibrarySearchTest {
  @TempDir private Path root;

  private LibraryFolders folders(String path, Map<String, String> environment) {
    return new LibraryFolders(path, environment, root, root.resolve("home"), false);
  }

  private Path file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  /** Files stand for libraries whose version their text is; those without text do not load. */
  private LibrarySearch<int[]> search(int mostMajor) {
    return search(mostMajor, version -> "");
  }

  private LibrarySearch<int[]> search(int mostMajor, Function<int[], String> refusal) {
    return new LibrarySearch<>(
        "cuBLAS",
        "libcublas",
        List.of(13, 12),
        mostMajor,
        LibrarySearchTest::version,
        version -> version,
        refusal);
  }

  private static int[] version(Path file) {
    try {
      String text = Files.readString(file);
      if (text.isEmpty()) {
        throw new UnsatisfiedLinkError("file too short");
      }
      return List.of(text.split("\\.")).stream().mapToInt(Integer::parseInt).toArray();
    } catch (IOException unreadable) {
      throw new UnsatisfiedLinkError(unreadable.toString());
    }
  }

  private Path library(String name, String version) throws IOException {
    return Files.writeString(file(name), version);
  }

  @Test
  void theNewestThatTheDriverRunsIsUsed() throws IOException {
    Path old = library("a/libcublas.so.12", "12.8.4");
    Path recent = library("a/libcublas.so.13", "13.0.2");
    LibraryFolders folders = folders(root.resolve("a").toString(), Map.of());
    assertEquals("cuBLAS 13.0.2 (" + recent + ")", search(13).in(folders).description());
    assertEquals("cuBLAS 12.8.4 (" + old + ")", search(12).in(folders).description());
  }

  @Test
  void aDriverThatIsTooOldIsNamed() throws IOException {
    Path recent = library("a/libcublas.so.13", "13.0.2");
    FoundLibrary<int[]> found = search(12).in(folders(root.resolve("a").toString(), Map.of()));
    assertTrue(found.use().isEmpty());
    assertEquals(
        "no cuBLAS (" + recent + " is not used: version 13 needs a driver for CUDA 13)",
        found.description());
  }

  @Test
  void oneThatIsRefusedHidesNoOther() throws IOException {
    Path first = library("a/libcublas.so.13", "13.0.2");
    Path second = library("b/libcublas.so.13", "13.0.1");
    Function<int[], String> refusal = version -> version[2] == 2 ? "not this one" : "";
    assertEquals(
        "cuBLAS 13.0.1 (" + second + ")",
        search(13, refusal)
            .in(folders(root.resolve("a") + ":" + root.resolve("b"), Map.of()))
            .description());
    assertEquals(
        "no cuBLAS (" + first + " is version 13.0.2, not this one)",
        search(13, refusal).in(folders(root.resolve("a").toString(), Map.of())).description());
  }

  @Test
  void aCudnnMustBeForTheDriversCudaAndHaveItsCublas() throws IOException {
    LibraryFolders none = folders("", Map.of());
    assertEquals(
        "for CUDA 13, which needs a driver for CUDA 13", CudaLibraries.refusal(13, 12, 12, none));
    assertEquals("", CudaLibraries.refusal(12, 12, 12, none));
    assertEquals("", CudaLibraries.refusal(12, 13, 0, none));
    assertEquals(
        "for CUDA 12, whose libcublasLt.so.12 is not there",
        CudaLibraries.refusal(12, 13, 13, none));
    file("usr/local/cuda-12.4/lib64/libcublasLt.so.12");
    assertEquals("", CudaLibraries.refusal(12, 13, 13, folders("", Map.of())));
  }

  @Test
  void versionsThatNobodyKnowsAreNamedAndNotUsed() throws IOException {
    Path next = library("a/libcublas.so.14", "14.0.0");
    LibraryFolders folders = folders(root.resolve("a").toString(), Map.of());
    assertEquals(
        "no cuBLAS (" + next + " is not used: versions 12 and 13 can be used)",
        search(14).in(folders).description());
    Path disguised = library("a/libcublas.so.13", "14.0.0");
    assertEquals(
        "no cuBLAS (" + disguised + " is version 14.0.0, versions 12 and 13 can be used)",
        search(14).in(folders).description());
  }

  @Test
  void aFileThatDoesNotLoadIsPassedOverAndNamedWhenThereIsNoOther() throws IOException {
    Path broken = file("a/libcublas.so.13");
    LibraryFolders folders = folders(root.resolve("a").toString(), Map.of());
    assertEquals(
        "no cuBLAS (" + broken + " does not load: file too short)",
        search(13).in(folders).description());
    Path whole = library("usr/local/cuda/lib64/libcublas.so.13", "13.1.0");
    LibraryFolders both = folders(root.resolve("a").toString(), Map.of());
    assertEquals("cuBLAS 13.1.0 (" + whole + ")", search(13).in(both).description());
  }

  @Test
  void aFolderThatCannotBeReadIsPassedOver() throws IOException {
    Path closed = Files.createDirectories(root.resolve("closed"));
    // An empty folder to whoever may read it all the same, as root may.
    closed.toFile().setReadable(false, false);
    Path next = library("open/libcublas.so.14", "14.0.0");
    FoundLibrary<int[]> found =
        search(13).in(folders(closed + ":" + root.resolve("open"), Map.of()));
    assertTrue(found.description().contains(next + " is not used"), found.description());
  }

  @Test
  void aMachineWithoutThemSaysNoMore() {
    FoundLibrary<int[]> found = search(13).in(folders("", Map.of()));
    assertEquals("no cuBLAS", found.description());
    assertEquals("", found.versioned());
  }

  @Test
  void foldersOfTheSettingComeFirstThenToolkitsThenPythonsPackages() throws IOException {
    List<Path> wanted =
        List.of(
            file("mine/libcublas.so.12"),
            file("toolkit/lib64/libcublas.so.12"),
            file("usr/local/cuda/lib64/libcublas.so.12"),
            file("usr/local/cuda-12.9/targets/x86_64-linux/lib/libcublas.so.12"),
            file("usr/local/cuda-12.4/lib64/libcublas.so.12"),
            file("venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12"),
            file("home/.local/lib/python3.11/site-packages/nvidia/cu13/lib/libcublas.so.12"),
            file("usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.12"));
    LibraryFolders folders =
        folders(
            root.resolve("nothing") + ":" + root.resolve("mine"),
            Map.of(
                "CUDA_HOME", root.resolve("toolkit").toString(),
                "VIRTUAL_ENV", root.resolve("venv").toString()));
    assertEquals(wanted, List.copyOf(folders.files("libcublas", List.of(12))));
  }

  @Test
  void aNewerVersionAnywhereIsBeforeAnOlderOneThere() throws IOException {
    Path old = file("usr/local/cuda/lib64/libcublas.so.12");
    Path recent = file("usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.13");
    assertEquals(
        List.of(recent, old),
        List.copyOf(folders("", Map.of()).files("libcublas", List.of(13, 12))));
  }

  @Test
  void theSystemsLoaderIsAskedToo() {
    SystemLibrary library = new SystemLibrary("libc.so.6");
    assumeTrue(library.find().isPresent(), "a Linux with glibc");
    LibraryFolders folders = new LibraryFolders("", Map.of(), root, root, true);
    assertEquals(
        List.of(library.find().orElseThrow()), List.copyOf(folders.files("libc", List.of(6))));
  }

  @Test
  void whatTheLoaderSaysOfAFileIsOneLine() throws IOException {
    Path empty = file("libcublas.so.13");
    UnsatisfiedLinkError failed =
        assertThrows(UnsatisfiedLinkError.class, () -> new NativeCublas(empty));
    assertEquals(empty + ": file too short", failed.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "8, ops_infer ops_train cnn_infer cnn_train",
    "9, graph ops engines_precompiled engines_runtime_compiled heuristic cnn"
  })
  void aPartOfCudnnThatIsMissingIsNamedBeforeAnythingIsLoaded(int major, String parts)
      throws IOException {
    // None of these files loads.
    Path cudnn = file("cudnn/libcudnn.so." + major);
    for (String part : parts.split(" ")) {
      String name = "libcudnn_" + part + ".so." + major;
      UnsatisfiedLinkError missing =
          assertThrows(UnsatisfiedLinkError.class, () -> new NativeCudnn(cudnn));
      assertEquals(
          "its part " + name + " is missing beside it: install all of cuDNN", missing.getMessage());
      file("cudnn/" + name);
    }
    UnsatisfiedLinkError broken =
        assertThrows(UnsatisfiedLinkError.class, () -> new NativeCudnn(cudnn));
    Path first = root.resolve("cudnn/libcudnn_" + parts.split(" ")[0] + ".so." + major);
    assertEquals(
        "its part " + first.getFileName() + " does not load: " + first + ": file too short",
        broken.getMessage());
  }

  @Test
  void partsLieBesideTheFileThatALinkNames() throws IOException {
    Path cudnn = file("opt/cudnn/libcudnn.so.8");
    Path first = file("opt/cudnn/libcudnn_ops_infer.so.8");
    for (String part : List.of("ops_train", "cnn_infer", "cnn_train")) {
      file("opt/cudnn/libcudnn_" + part + ".so.8");
    }
    Files.createDirectories(root.resolve("lib"));
    Path link = Files.createSymbolicLink(root.resolve("lib/libcudnn.so.8"), cudnn);
    UnsatisfiedLinkError broken =
        assertThrows(UnsatisfiedLinkError.class, () -> new NativeCudnn(link));
    assertEquals(
        "its part libcudnn_ops_infer.so.8 does not load: "
            + first.toRealPath()
            + ": file too short",
        broken.getMessage());
  }

  @Test
  void aLibraryWithoutTheFunctionsSaysWhich() {
    SystemLibrary other = new SystemLibrary("libc.so.6");
    assumeTrue(other.find().isPresent(), "a Linux with glibc");
    UnsatisfiedLinkError failed =
        assertThrows(UnsatisfiedLinkError.class, () -> new NativeCudnn(other.find().orElseThrow()));
    assertEquals("it has no function cudnnGetVersion", failed.getMessage());
  }
}
