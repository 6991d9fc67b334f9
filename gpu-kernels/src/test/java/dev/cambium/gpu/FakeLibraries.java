package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Libraries whose results are zeros, as those of a {@link HeapContext}'s kernels are in fresh
 * memory. What they are asked for and what they are given is written down.
 */
final class FakeLibraries implements VendorKernels {
  private final HeapContext device;
  final List<Offer> offers = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  private final Map<GpuMemory, String> names = new IdentityHashMap<>();
  String version = "blas 1";

  /** What asking fails with; null when it does not. */
  VendorException failure;

  int open;
  boolean closed;

  FakeLibraries(HeapContext device) {
    this.device = device;
  }

  /** One way, for whatever is asked. */
  final class Offer implements VendorKernel {
    final String library;
    final String algorithm;

    /** The tensor that is written, for so many bytes, so often. */
    int result;

    long resultBytes;
    int commands = 1;
    byte value;
    long workspace;

    /** What a call fails with; null when it does not. */
    GpuException failure;

    /** After how many calls. */
    int goodCalls;

    private boolean isOpen;

    Offer(String library, String algorithm) {
      this.library = library;
      this.algorithm = algorithm;
    }

    @Override
    public String library() {
      return library;
    }

    @Override
    public String algorithm() {
      return algorithm;
    }

    @Override
    public long workspaceBytes() {
      return workspace;
    }

    @Override
    public void run(GpuMemory[] memories, long[] offsets) {
      StringBuilder call = new StringBuilder(algorithm);
      for (int i = 0; i < memories.length; i++) {
        call.append(' ').append(names.getOrDefault(memories[i], "?")).append('+');
        call.append(offsets[i]);
      }
      calls.add(call.toString());
      if (failure != null && goodCalls-- <= 0) {
        throw failure;
      }
      for (int i = 0; i < commands; i++) {
        device.fill(memories[result], offsets[result], resultBytes, new byte[] {value});
      }
    }

    @Override
    public void close() {
      if (isOpen) {
        isOpen = false;
        open--;
      }
    }
  }

  /** Offers a way that writes {@code bytes} bytes of tensor {@code result}. */
  Offer offer(String library, String algorithm, int result, long bytes) {
    Offer offer = new Offer(library, algorithm);
    offer.result = result;
    offer.resultBytes = bytes;
    offers.add(offer);
    return offer;
  }

  /** What a memory is called in {@link #calls}. */
  void name(GpuBuffer buffer, String name) {
    names.put(buffer.memory(), name);
  }

  private List<VendorKernel> ask(Object what) {
    asked.add(String.valueOf(what));
    if (failure != null) {
      throw failure;
    }
    List<VendorKernel> all = new ArrayList<>();
    for (Offer offer : offers) {
      offer.isOpen = true;
      open++;
      all.add(offer);
    }
    return all;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public List<VendorKernel> product(MatrixProduct product) {
    return ask(product);
  }

  @Override
  public List<VendorKernel> convolution(ConvolutionProblem problem) {
    return ask(problem);
  }

  @Override
  public List<VendorKernel> convolutionBackwardData(ConvolutionProblem problem) {
    return ask(problem);
  }

  @Override
  public List<VendorKernel> convolutionBackwardWeights(ConvolutionProblem problem) {
    return ask(problem);
  }

  @Override
  public List<VendorKernel> batchNormTraining(VendorNorm norm) {
    return ask(norm);
  }

  @Override
  public List<VendorKernel> batchNormBackward(VendorNorm norm) {
    return ask(norm);
  }

  @Override
  public List<VendorKernel> averagePooling(VendorPooling pooling) {
    return ask(pooling);
  }

  @Override
  public List<VendorKernel> averagePoolingBackward(VendorPooling pooling) {
    return ask(pooling);
  }

  @Override
  public void close() {
    closed = true;
  }
}
