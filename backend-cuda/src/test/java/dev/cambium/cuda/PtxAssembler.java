package dev.cambium.cuda;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;

import dev.cambium.gpu.BundledLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/**
 * NVIDIA's compiler of PTX, the one inside their driver, which JCuda brings as a library that needs
 * neither a GPU nor the driver.
 */
final class PtxAssembler {
  private PtxAssembler() {}

  /** Whether there is one for this machine: JCuda has none for Macs. */
  static boolean unpack() throws IOException {
    String library =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName("JNvPTXCompiler-" + JCudaVersion.get()));
    return BundledLibrary.unpack(LibUtils.class, library).isPresent();
  }

  /**
   * Assembles a text.
   *
   * @param ptx the text
   * @param options for example {@code --gpu-name=sm_90}
   * @return what the compiler says, with {@code --verbose} the registers of each kernel
   * @throws IllegalArgumentException when it does not assemble, with the compiler's log
   */
  static String assemble(byte[] ptx, String... options) {
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    succeeded(nvPTXCompilerCreate(compiler, ptx.length, ptx), "nvPTXCompilerCreate");
    try {
      int status = nvPTXCompilerCompile(compiler, options.length, options);
      if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        throw new IllegalArgumentException(
            nvPTXCompileResult.stringFor(status)
                + " with "
                + String.join(" ", options)
                + ": "
                + log(compiler, true));
      }
      return log(compiler, false);
    } finally {
      nvPTXCompilerDestroy(compiler);
    }
  }

  private static String log(nvPTXCompilerHandle compiler, boolean isOfErrors) {
    long[] size = new long[1];
    succeeded(
        isOfErrors
            ? nvPTXCompilerGetErrorLogSize(compiler, size)
            : nvPTXCompilerGetInfoLogSize(compiler, size),
        "the size of a log");
    byte[] log = new byte[Math.toIntExact(size[0]) + 1];
    succeeded(
        isOfErrors
            ? nvPTXCompilerGetErrorLog(compiler, log)
            : nvPTXCompilerGetInfoLog(compiler, log),
        "a log");
    String text = new String(log, StandardCharsets.UTF_8);
    return text.substring(0, text.indexOf(0)).strip();
  }

  private static void succeeded(int status, String call) {
    if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new IllegalStateException(call + ": " + nvPTXCompileResult.stringFor(status));
    }
  }
}
