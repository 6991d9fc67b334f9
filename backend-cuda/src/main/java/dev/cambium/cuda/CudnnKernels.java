package dev.cambium.cuda;

import dev.cambium.gpu.ConvolutionProblem;
import dev.cambium.gpu.VendorKernel;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.gpu.VendorNorm;
import dev.cambium.gpu.VendorPooling;
import dev.cambium.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Convolutions, batch normalisation and average pooling by cuDNN, with one handle on the context's
 * stream. Of its algorithms only those are offered that sum the products themselves, always in the
 * same order: neither those of Winograd nor by Fourier transforms, nor those that add atomically.
 */
final class CudnnKernels implements VendorKernels {
  private static final String NAME = "cuDNN";

  /** Working memory beyond this would keep a model from fitting on the device. */
  private static final long MOST_WORKSPACE = 512L << 20;

  private final CudaContext context;
  private final FoundLibrary<Cudnn> found;
  private final Cudnn cudnn;
  private final boolean tf32;
  private final LibraryFaults faults;
  private final Set<CudnnDescriptors> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private long handle;

  /** The algorithms of a convolution, or of one of its gradients. */
  private enum Algorithm {
    IMPLICIT_GEMM(0),
    IMPLICIT_PRECOMP_GEMM(1),
    ALGO_1(1);

    private final int number;

    Algorithm(int number) {
      this.number = number;
    }

    String words() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Makes its handle when it is asked for something.
   *
   * @param tf32 whether products of FLOAT32 may be rounded before they are summed
   */
  CudnnKernels(CudaContext context, FoundLibrary<Cudnn> found, boolean tf32) {
    this.context = context;
    this.found = found;
    this.cudnn = found.functions();
    this.tf32 = tf32;
    this.faults = new LibraryFaults(context, NAME, cudnn::errorString, CudnnKernels::isUnsupported);
  }

  /** A wrong parameter, a wrong device, not supported: in version 8, and in version 9. */
  private static boolean isUnsupported(int status) {
    return status == 3 || status == 6 || status == 9 || status >= 2000 && status < 4000;
  }

  @Override
  public String version() {
    return found.versioned();
  }

  @Override
  public List<VendorKernel> convolution(ConvolutionProblem p) {
    return algorithms(
        p,
        "cudnnConvolutionForward",
        List.of(Algorithm.IMPLICIT_PRECOMP_GEMM, Algorithm.IMPLICIT_GEMM),
        (d, a, bytes) ->
            cudnn.getConvolutionForwardWorkspaceSize(
                handle, d.x, d.w, d.convolution, d.y, a, bytes),
        (d, a, at, bytes) ->
            cudnn.convolutionForward(
                handle, d.type, d.x, at[0], d.w, at[1], d.convolution, a, at[3], bytes, d.y, at[2]),
        new int[] {0, 1, 2});
  }

  @Override
  public List<VendorKernel> convolutionBackwardData(ConvolutionProblem p) {
    return algorithms(
        p,
        "cudnnConvolutionBackwardData",
        List.of(Algorithm.ALGO_1),
        (d, a, bytes) ->
            cudnn.getConvolutionBackwardDataWorkspaceSize(
                handle, d.w, d.y, d.convolution, d.x, a, bytes),
        (d, a, at, bytes) ->
            cudnn.convolutionBackwardData(
                handle, d.type, d.w, at[1], d.y, at[0], d.convolution, a, at[3], bytes, d.x, at[2]),
        new int[] {2, 1, 0});
  }

  @Override
  public List<VendorKernel> convolutionBackwardWeights(ConvolutionProblem p) {
    return algorithms(
        p,
        "cudnnConvolutionBackwardFilter",
        List.of(Algorithm.ALGO_1),
        (d, a, bytes) ->
            cudnn.getConvolutionBackwardFilterWorkspaceSize(
                handle, d.x, d.y, d.convolution, d.w, a, bytes),
        (d, a, at, bytes) ->
            cudnn.convolutionBackwardFilter(
                handle, d.type, d.x, at[0], d.y, at[1], d.convolution, a, at[3], bytes, d.w, at[2]),
        new int[] {0, 2, 1});
  }

  private interface WorkspaceSize {
    int ask(CudnnDescriptors descriptors, int algorithm, long[] bytes);
  }

  private interface ConvolutionCall {
    int run(CudnnDescriptors descriptors, int algorithm, long[] addresses, long workspaceBytes);
  }

  /**
   * The algorithms that the library has for these sizes.
   *
   * @param order which of x, w and y the tensors of the call are
   */
  private List<VendorKernel> algorithms(
      ConvolutionProblem p,
      String name,
      List<Algorithm> algorithms,
      WorkspaceSize size,
      ConvolutionCall call,
      int[] order) {
    if (!CudnnDescriptors.fits(p)) {
      return List.of();
    }
    open();
    long[] of = CudnnDescriptors.bytes(p);
    long[] bytes = {of[order[0]], of[order[1]], of[order[2]]};
    List<VendorKernel> offers = new ArrayList<>();
    try {
      for (Algorithm algorithm : algorithms) {
        CudnnDescriptors made = new CudnnDescriptors(cudnn, faults, type(p.dtype()));
        long[] workspace = new long[1];
        boolean accepted = false;
        try {
          accepted =
              made.convolution(p, tf32)
                  && faults.accepts(size.ask(made, algorithm.number, workspace), name)
                  && workspace[0] <= MOST_WORKSPACE;
        } finally {
          if (!accepted) {
            made.close();
          }
        }
        if (accepted) {
          LibraryKernel.Call run = at -> call.run(made, algorithm.number, at, workspace[0]);
          offers.add(kernel(algorithm.words(), workspace[0], bytes, run, faults.of(name), made));
        }
      }
    } catch (RuntimeException | Error failed) {
      offers.forEach(VendorKernel::close);
      throw failed;
    }
    return offers;
  }

  @Override
  public List<VendorKernel> batchNormTraining(VendorNorm norm) {
    return normalise(
        norm,
        "cudnnBatchNormalizationForwardTraining",
        "xcc" + "ycc" + "cc",
        (d, at) ->
            cudnn.batchNormalizationForwardTraining(
                handle,
                d.type,
                Cudnn.SPATIAL,
                d.x,
                at[0],
                d.x,
                at[3],
                d.channels,
                at[1],
                at[2],
                1,
                at[6],
                at[7],
                norm.epsilon(),
                at[4],
                at[5]));
  }

  @Override
  public List<VendorKernel> batchNormBackward(VendorNorm norm) {
    return normalise(
        norm,
        "cudnnBatchNormalizationBackward",
        "yxccc" + "xcc",
        (d, at) ->
            cudnn.batchNormalizationBackward(
                handle,
                d.type,
                Cudnn.SPATIAL,
                d.x,
                at[1],
                d.x,
                at[0],
                d.x,
                at[5],
                d.channels,
                at[2],
                at[6],
                at[7],
                norm.epsilon(),
                at[3],
                at[4]));
  }

  private interface DescribedCall {
    int run(CudnnDescriptors descriptors, long[] addresses);
  }

  /**
   * A normalisation.
   *
   * @param tensors a letter for each tensor of the call: c where it has one number for each channel
   */
  private List<VendorKernel> normalise(
      VendorNorm norm, String name, String tensors, DescribedCall call) {
    if (!CudnnDescriptors.fits(norm)) {
      return List.of();
    }
    open();
    CudnnDescriptors made = new CudnnDescriptors(cudnn, faults, type(norm.dtype()));
    long channel = (long) norm.channels() * norm.dtype().bytes();
    long all = channel * norm.batch() * norm.height() * norm.width();
    long[] bytes = tensors.chars().mapToLong(c -> c == 'c' ? channel : all).toArray();
    return offer(made.norm(norm), made, "spatial", bytes, name, call);
  }

  @Override
  public List<VendorKernel> averagePooling(VendorPooling p) {
    if (!CudnnDescriptors.fits(p)) {
      return List.of();
    }
    open();
    CudnnDescriptors made = new CudnnDescriptors(cudnn, faults, type(p.dtype()));
    long[] of = CudnnDescriptors.bytes(p);
    return offer(
        made.pooling(p),
        made,
        "average",
        of,
        "cudnnPoolingForward",
        (d, at) -> cudnn.poolingForward(handle, d.type, d.pooling, d.x, at[0], d.y, at[1]));
  }

  /** The mean's gradient depends on dy alone, so that other memory of their sizes is x and y. */
  @Override
  public List<VendorKernel> averagePoolingBackward(VendorPooling p) {
    if (!CudnnDescriptors.fits(p)) {
      return List.of();
    }
    open();
    CudnnDescriptors made = new CudnnDescriptors(cudnn, faults, type(p.dtype()));
    long[] of = CudnnDescriptors.bytes(p);
    return offer(
        made.pooling(p),
        made,
        "average",
        new long[] {of[1], of[0]},
        "cudnnPoolingBackward",
        (d, at) ->
            cudnn.poolingBackward(
                handle, d.type, d.pooling, d.y, at[0], d.y, at[0], d.x, at[1], d.x, at[1]));
  }

  private List<VendorKernel> offer(
      boolean accepted,
      CudnnDescriptors made,
      String algorithm,
      long[] bytes,
      String name,
      DescribedCall call) {
    if (!accepted) {
      made.close();
      return List.of();
    }
    return List.of(kernel(algorithm, 0, bytes, at -> call.run(made, at), faults.of(name), made));
  }

  private VendorKernel kernel(
      String algorithm,
      long workspaceBytes,
      long[] bytes,
      LibraryKernel.Call call,
      IntConsumer check,
      CudnnDescriptors made) {
    open.add(made);
    return new LibraryKernel(
        context,
        NAME,
        algorithm,
        workspaceBytes,
        bytes,
        call,
        check,
        () -> {
          if (open.remove(made)) {
            made.close();
          }
        });
  }

  private static int type(DType dtype) {
    return dtype == DType.FLOAT64 ? Cudnn.DOUBLE : Cudnn.FLOAT;
  }

  /** On whatever thread asks: descriptors and sizes of workspaces need the context too. */
  private void open() {
    context.enter();
    if (handle != 0) {
      return;
    }
    long[] made = new long[1];
    faults.check(cudnn.create(made), "cudnnCreate");
    try {
      faults.check(
          cudnn.setStream(made[0], context.commands().stream().address()), "cudnnSetStream");
    } catch (RuntimeException | Error failed) {
      cudnn.destroy(made[0]);
      throw failed;
    }
    handle = made[0];
  }

  @Override
  public void close() {
    open.forEach(CudnnDescriptors::close);
    open.clear();
    if (handle != 0) {
      cudnn.destroy(handle);
      handle = 0;
    }
  }
}
