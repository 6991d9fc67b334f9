package dev.cambium.gpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import java.util.List;

/** A {@link HeapContext} as a backend, with two kernels and launches of them. */
final class SequenceRig implements AutoCloseable {
  static final TensorType TYPE = TensorType.of(DType.FLOAT32, 10);

  final HeapContext device = new HeapContext(1 << 16);
  final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());
  final Memory memory = backend.allocate(4096);
  final Kernel doubling = (Kernel) backend.prepare(new Affine(2, 1), List.of(TYPE));
  final Kernel halving = (Kernel) backend.prepare(new Affine(0.5, 0), List.of(TYPE));

  /** A launch that reads and writes at two places of a memory. */
  Launch launch(String label, Kernel kernel, Memory place, long from, long to) {
    return new Launch(label, kernel, at(place, from), at(place, to), null);
  }

  private Buffer[] at(Memory place, long offset) {
    return new Buffer[] {backend.bind(place, offset, TYPE)};
  }

  /** There and back and there again, in a memory. */
  List<Launch> three(Memory place) {
    return List.of(
        launch("first/Affine", doubling, place, 0, 512),
        launch("second/Affine", halving, place, 512, 1024),
        launch("third/Affine", doubling, place, 1024, 1536));
  }

  /** What ran since last asked. */
  List<String> ran() {
    List<String> now = List.copyOf(device.ran);
    device.ran.clear();
    return now;
  }

  /** What runs when these launches run without a sequence. */
  List<String> oneByOne(List<Launch> launches) {
    ran();
    launches.forEach(Launch::run);
    return ran();
  }

  /** What the device was given, of a kind. */
  List<String> calls(String word) {
    return device.calls.stream().filter(call -> call.startsWith(word)).toList();
  }

  @Override
  public void close() {
    backend.close();
  }
}
