package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs single operations on an open cpu backend, and by their host functions. */
final class KernelRig implements AutoCloseable {
  private final Backend backend;

  KernelRig(int threads) {
    backend =
        new CpuProvider()
            .open(new BackendConfig("", Map.of("cpu.threads", Integer.toString(threads))));
  }

  Backend backend() {
    return backend;
  }

  /** Runs into fresh memory that holds garbage; the inputs must come back unchanged. */
  List<HostArray> run(Op op, List<HostArray> inputs) {
    List<HostArray> results = new ArrayList<>();
    launch(op, inputs, false, sequence -> sequence.run(), results);
    return results;
  }

  /** Runs into the memory of the inputs, where the operation allows it. */
  List<HostArray> runInPlace(Op op, List<HostArray> inputs) {
    List<HostArray> results = new ArrayList<>();
    launch(op, inputs, true, sequence -> sequence.run(), results);
    return results;
  }

  /** Hands a prepared launch to {@code use}, which may run it any number of times. */
  void repeat(Op op, List<HostArray> inputs, Consumer<Sequence> use) {
    launch(op, inputs, false, use, new ArrayList<>());
  }

  private void launch(
      Op op,
      List<HostArray> inputs,
      boolean inPlace,
      Consumer<Sequence> use,
      List<HostArray> results) {
    List<ValueType> types = inputs.stream().map(input -> (ValueType) input.type()).toList();
    List<Memory> memories = new ArrayList<>();
    try (Kernel kernel = assertInstanceOf(Kernel.class, backend.prepare(op, types))) {
      assertEquals(0, kernel.scratchBytes(), "scratch");
      Buffer[] in = new Buffer[inputs.size()];
      for (int i = 0; i < in.length; i++) {
        in[i] = allocate(types.get(i), memories);
        backend.upload(inputs.get(i).bytes(), in[i]);
      }
      Buffer[] out = outputs(op, types, inPlace, memories);
      try (Sequence sequence =
          backend.sequence(List.of(new Launch(op.name(), kernel, in, out, null)))) {
        use.accept(sequence);
      }
      for (Buffer buffer : out) {
        results.add(download(buffer));
      }
      for (int i = 0; i < in.length && !inPlace; i++) {
        assertEquals(inputs.get(i).bytes(), download(in[i]).bytes(), "input " + i + " afterwards");
      }
    } finally {
      memories.forEach(Memory::close);
    }
  }

  private Buffer[] outputs(Op op, List<ValueType> inputs, boolean inPlace, List<Memory> memories) {
    List<ValueType> types = op.infer(inputs);
    boolean[] taken = new boolean[inputs.size()];
    Buffer[] out = new Buffer[types.size()];
    for (int o = 0; o < out.length; o++) {
      for (int i = 0; inPlace && out[o] == null && i < inputs.size(); i++) {
        if (!taken[i] && op.mayAlias(o, i) && inputs.get(i).equals(types.get(o))) {
          taken[i] = true;
          out[o] = backend.bind(memories.get(i), types.get(o));
        }
      }
      if (out[o] == null) {
        out[o] = allocate(types.get(o), memories);
        poison(out[o]);
      }
    }
    return out;
  }

  private Buffer allocate(ValueType type, List<Memory> memories) {
    Memory memory = backend.allocate(backend.bytes(type));
    memories.add(memory);
    return backend.bind(memory, type);
  }

  /** Bytes of all ones: NaN, or -1. */
  private static void poison(Buffer buffer) {
    ByteBuffer bytes = CpuBuffer.of(buffer).bytes();
    for (int i = 0; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) 0xFF);
    }
  }

  private HostArray download(Buffer buffer) {
    HostArray array = HostArray.allocate((TensorType) buffer.type());
    backend.download(buffer, array.bytes());
    return array;
  }

  /** The operation's meaning, rounded to the element types of its outputs. */
  static List<HostArray> host(Op op, List<HostArray> inputs) {
    List<ValueType> types = inputs.stream().map(input -> (ValueType) input.type()).toList();
    List<DoubleArray> in =
        inputs.stream().map(input -> new DoubleArray(input.shape(), input.toDoubles())).toList();
    List<TensorType> outputs = op.infer(types).stream().map(TensorType.class::cast).toList();
    List<DoubleArray> out = outputs.stream().map(type -> DoubleArray.zeros(type.shape())).toList();
    op.host().orElseThrow().apply(in, out);
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      results.add(HostArray.of(outputs.get(i), out.get(i).values()));
    }
    return results;
  }

  @Override
  public void close() {
    backend.close();
  }
}
