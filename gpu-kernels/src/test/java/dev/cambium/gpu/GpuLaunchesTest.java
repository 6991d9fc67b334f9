package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.AdamUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Op;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.Reduce;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many launches an operation takes, and what one is given. */
class GpuLaunchesTest {
  private final HeapContext device = new HeapContext(1 << 16);
  private final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());

  @AfterEach
  void close() {
    backend.close();
  }

  private int launches(Op op, List<? extends ValueType> inputs) {
    Kernel kernel = (Kernel) backend.prepare(op, List.copyOf(inputs));
    int launches = device.openFunctions;
    kernel.close();
    assertEquals(0, device.openFunctions);
    return launches;
  }

  private static AdamUpdate adam(int parameters) {
    return new AdamUpdate(0.9, 0.999, 1e-8, Collections.nCopies(parameters, UpdateOptions.PLAIN));
  }

  private static List<ValueType> adamInputs(DType dtype, int parameters, int size) {
    List<ValueType> inputs = new ArrayList<>(Collections.nCopies(4, TensorType.of(dtype)));
    inputs.addAll(Collections.nCopies(4 * parameters, TensorType.of(dtype, size)));
    return inputs;
  }

  private static List<TensorType> floats(int... dimensions) {
    return List.of(TensorType.of(DType.FLOAT32, dimensions));
  }

  @Test
  void elevenParametersShareALaunch() {
    assertEquals(1, launches(adam(11), adamInputs(DType.FLOAT32, 11, 100_000)));
    assertEquals(2, launches(adam(22), adamInputs(DType.FLOAT32, 22, 5)));
    assertEquals(3, launches(adam(23), adamInputs(DType.FLOAT32, 23, 5)));
    assertEquals(0, launches(adam(23), adamInputs(DType.FLOAT32, 23, 0)));
  }

  /**
   * OpenCL 1.2 promises 1024 bytes, and with these 128 arguments: CL_DEVICE_MAX_PARAMETER_SIZE of
   * the full profile. Each argument lies at a multiple of its size.
   */
  @Test
  void theWidestUpdatesFitIntoTheArgumentsOfEveryDevice() {
    List<UpdateOptions> plain = Collections.nCopies(11, UpdateOptions.PLAIN);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      int real = dtype.bytes();
      // Of each parameter its pointers, its size and two options; scalars; numbers; the bits.
      assertEquals(
          11 * (7 * 8 + 8 + 2 * real) + 4 * 8 + 5 * real + 4,
          argumentBytes(adam(11), dtype),
          "Adam in " + dtype);
      assertEquals(
          11 * (7 * 8 + 8 + 2 * real) + 2 * 8 + 4 * real + 4,
          argumentBytes(new RmsPropUpdate(0.9, 1e-2, 0.9, plain), dtype),
          "RMSprop in " + dtype);
      assertEquals(
          11 * (5 * 8 + 8 + 2 * real) + 2 * 8 + real + 2 * 4,
          argumentBytes(new SgdUpdate(0.9, true, plain), dtype),
          "SGD in " + dtype);
    }
  }

  private int argumentBytes(ParameterUpdate op, DType dtype) {
    Memory memory = backend.allocate(512);
    List<ValueType> inputs =
        new ArrayList<>(Collections.nCopies(op.scalars().size(), TensorType.of(dtype)));
    int tensors = (2 + op.slots().size()) * op.parameters();
    inputs.addAll(Collections.nCopies(tensors, TensorType.of(dtype, 1)));
    Buffer[] read =
        inputs.stream().map(type -> backend.bind(memory, 0, type)).toArray(Buffer[]::new);
    Buffer[] written =
        op.infer(inputs).stream().map(type -> backend.bind(memory, 0, type)).toArray(Buffer[]::new);
    device.calls.clear();
    try (Kernel kernel = (Kernel) backend.prepare(op, inputs)) {
      kernel.run(read, written, null);
    }
    memory.close();
    SortedMap<Integer, Integer> sizes = new TreeMap<>();
    for (String call : device.calls) {
      String[] words = call.split(" ");
      if (words[0].equals("set")) {
        boolean narrow = words[3].equals("int") || words[3].equals("float");
        sizes.put(Integer.valueOf(words[1]), narrow ? 4 : 8);
      }
    }
    int bytes = 0;
    for (int size : sizes.values()) {
      bytes = (bytes + size - 1) / size * size + size;
    }
    assertTrue(bytes <= 1024, op + ": " + bytes + " bytes");
    assertTrue(sizes.size() <= 128, op + ": " + sizes.size() + " arguments");
    return bytes;
  }

  @Test
  void fewElementsAreReducedInOneLaunchAndFewResultsOfManyInTwo() {
    Reduce all = new Reduce(Reduce.Function.SUM, List.of(0, 1), false);
    Reduce columns = new Reduce(Reduce.Function.SUM, List.of(0), false);
    assertEquals(1, launches(all, floats(10, 100)));
    assertEquals(2, launches(all, floats(1000, 1000)));
    assertEquals(2, launches(columns, floats(100_000, 10)));
    assertEquals(1, launches(columns, floats(100, 100_000)));
  }

  @Test
  void theNormOfManyTensorsAddsUpThirtyTwoToALaunch() {
    List<TensorType> large = floats(100_000);
    assertEquals(1, launches(new SumOfSquares(), Collections.nCopies(32, floats(9).get(0))));
    assertEquals(2, launches(new SumOfSquares(), Collections.nCopies(32, large.get(0))));
    assertEquals(3, launches(new SumOfSquares(), Collections.nCopies(33, large.get(0))));
  }

  @Test
  void theLossOfABatchIsOneLaunch() {
    TensorType labels = TensorType.of(DType.INT32, 64);
    assertEquals(
        1, launches(new CrossEntropy(false, false, 0), List.of(floats(64, 10).get(0), labels)));
    TensorType many = TensorType.of(DType.INT32, 4096);
    TensorType weights = TensorType.of(DType.FLOAT32, 10);
    assertEquals(
        3,
        launches(
            new CrossEntropy(false, true, 0), List.of(floats(4096, 10).get(0), many, weights)));
  }
}
