package dev.cambium.cuda;

import dev.cambium.gpu.ConvolutionProblem;
import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.MatrixProduct;
import dev.cambium.gpu.VendorKernel;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.gpu.VendorNorm;
import dev.cambium.gpu.VendorPooling;
import dev.cambium.spi.BackendConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * cuBLAS 12 and 13 and cuDNN 8 and 9, where a machine has them: on Linux, loaded from where {@link
 * LibraryFolders} finds them, with no toolkit and no version chosen beforehand. Settings: {@code
 * cuda.libraries} = {@code off} looks for none; {@code cuda.libraries.path} names folders to look
 * in first; {@code cuda.precision} = {@code tf32} lets them round FLOAT32 to ten bits after the
 * point before they multiply, {@code float32}, the default, does not.
 */
final class CudaLibraries implements VendorKernels {
  private static final Logger LOG = LoggerFactory.getLogger(CudaLibraries.class);

  /** Versions of CUDA are major numbers times this, and more. */
  private static final int THOUSANDS = 1000;

  private static final String CUBLAS_LT = "libcublasLt";

  private final CudaContext context;
  private final List<VendorKernels> libraries;
  private final String version;

  private CudaLibraries(CudaContext context, List<VendorKernels> libraries, String version) {
    this.context = context;
    this.libraries = List.copyOf(libraries);
    this.version = version;
  }

  /** What was found on a machine. */
  record Found(FoundLibrary<Cublas> cublas, FoundLibrary<Cudnn> cudnn) {
    /** As people read it. */
    String description() {
      String both = cublas.description() + ", " + cudnn.description();
      return cublas.use().isEmpty() && cudnn.use().isEmpty() ? both + ": own kernels" : both;
    }
  }

  /**
   * What the libraries of this machine do on a device; nothing where there are none.
   *
   * @throws IllegalArgumentException when a setting is wrong
   */
  static VendorKernels open(CudaContext context, BackendConfig config) {
    boolean tf32 = isTf32(config);
    if (isOff(config) || !isLinux()) {
      return VendorKernels.NONE;
    }
    Found found = find(config, context.cudaDevice().driverVersion());
    LOG.debug("{}: {}", context.faults().device(), found.description());
    return of(context, found, tf32);
  }

  /** What these libraries do. */
  static VendorKernels of(CudaContext context, Found found, boolean tf32) {
    List<VendorKernels> libraries = new ArrayList<>();
    if (found.cudnn().use().isPresent()) {
      libraries.add(new CudnnKernels(context, found.cudnn(), tf32));
    }
    if (found.cublas().use().isPresent()) {
      libraries.add(new CublasKernels(context, found.cublas(), tf32));
    }
    if (libraries.isEmpty()) {
      return VendorKernels.NONE;
    }
    String versions =
        libraries.stream().map(VendorKernels::version).collect(Collectors.joining(", "));
    return new CudaLibraries(context, libraries, versions + (tf32 ? ", tf32" : ""));
  }

  /**
   * Which libraries would be used, for the end of a device's line in a list.
   *
   * @param driverVersion the version of CUDA that the driver supports, 12060 for 12.6
   */
  static String listed(BackendConfig config, int driverVersion) {
    if (isOff(config)) {
      return "libraries off: own kernels";
    }
    if (!isLinux()) {
      return "cuBLAS and cuDNN are used on Linux alone: own kernels";
    }
    return find(config, driverVersion).description();
  }

  private static Found find(BackendConfig config, int driverVersion) {
    LibraryFolders folders = LibraryFolders.of(config.property(LibraryFolders.SETTING).orElse(""));
    int cuda = driverVersion / THOUSANDS;
    FoundLibrary<Cublas> cublas =
        new LibrarySearch<Cublas>(
                "cuBLAS",
                "libcublas",
                List.of(13, 12),
                cuda,
                NativeCublas::new,
                Cublas::version,
                each -> "")
            .in(folders);
    int beside = cublas.use().map(library -> library.version()[0]).orElse(0);
    FoundLibrary<Cudnn> cudnn =
        new LibrarySearch<Cudnn>(
                "cuDNN",
                "libcudnn",
                List.of(9, 8),
                Integer.MAX_VALUE,
                NativeCudnn::new,
                Cudnn::version,
                each -> refusal(each.cudartVersion() / THOUSANDS, cuda, beside, folders))
            .in(folders);
    return new Found(cublas, cudnn);
  }

  /**
   * Why a cuDNN cannot be used; empty when it can. Its own version says nothing of the CUDA for
   * which it was made, whose cuBLAS it calls.
   *
   * @param made the major version of that CUDA
   * @param driver that of the driver
   * @param cublas that of the cuBLAS that is used; 0 where there is none
   */
  static String refusal(int made, int driver, int cublas, LibraryFolders folders) {
    if (made > driver) {
      return "for CUDA " + made + ", which needs a driver for CUDA " + made;
    }
    if (cublas != 0 && made != cublas && folders.files(CUBLAS_LT, List.of(made)).isEmpty()) {
      return "for CUDA " + made + ", whose " + CUBLAS_LT + ".so." + made + " is not there";
    }
    return "";
  }

  private static boolean isOff(BackendConfig config) {
    return config.property("cuda.libraries").filter("off"::equals).isPresent();
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").startsWith("Linux");
  }

  private static boolean isTf32(BackendConfig config) {
    String precision = config.property("cuda.precision").orElse("float32");
    return switch (precision) {
      case "float32" -> false;
      case "tf32" -> true;
      default ->
          throw new IllegalArgumentException(
              "cuda.precision must be float32 or tf32 (the libraries round factors to ten bits"
                  + " after the point), got '"
                  + precision
                  + "'");
    };
  }

  @Override
  public String version() {
    return version;
  }

  private List<VendorKernel> all(Function<VendorKernels, List<VendorKernel>> ask) {
    return libraries.stream().flatMap(library -> ask.apply(library).stream()).toList();
  }

  @Override
  public List<VendorKernel> product(MatrixProduct product) {
    return all(library -> library.product(product));
  }

  @Override
  public List<VendorKernel> convolution(ConvolutionProblem problem) {
    return all(library -> library.convolution(problem));
  }

  @Override
  public List<VendorKernel> convolutionBackwardData(ConvolutionProblem problem) {
    return all(library -> library.convolutionBackwardData(problem));
  }

  @Override
  public List<VendorKernel> convolutionBackwardWeights(ConvolutionProblem problem) {
    return all(library -> library.convolutionBackwardWeights(problem));
  }

  @Override
  public List<VendorKernel> batchNormTraining(VendorNorm norm) {
    return all(library -> library.batchNormTraining(norm));
  }

  @Override
  public List<VendorKernel> batchNormBackward(VendorNorm norm) {
    return all(library -> library.batchNormBackward(norm));
  }

  @Override
  public List<VendorKernel> averagePooling(VendorPooling pooling) {
    return all(library -> library.averagePooling(pooling));
  }

  @Override
  public List<VendorKernel> averagePoolingBackward(VendorPooling pooling) {
    return all(library -> library.averagePoolingBackward(pooling));
  }

  @Override
  public void close() {
    try {
      context.enter();
    } catch (DeviceLostException lost) {
      LOG.debug("the libraries' handles went with the device", lost);
      return;
    }
    libraries.forEach(VendorKernels::close);
  }
}
