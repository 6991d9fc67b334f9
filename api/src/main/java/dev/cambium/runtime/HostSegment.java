package dev.cambium.runtime;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that its backend declined, by its host function: download, compute in double,
 * upload.
 */
final class HostSegment implements Segment {
  private final Backend backend;
  private final ParameterStore store;
  private final Step step;
  private final List<HostArray> staging = new ArrayList<>();
  private final List<DoubleArray> inputs = new ArrayList<>();
  private final List<DoubleArray> outputs = new ArrayList<>();

  /**
   * A step on the host.
   *
   * @param store is told of errors of the device that surface when the segment waits for inputs or
   *     gives outputs back
   */
  HostSegment(Backend backend, ParameterStore store, Step step) {
    this.backend = backend;
    this.store = store;
    this.step = step;
    for (PlanValue input : step.inputs()) {
      inputs.add(array(input));
      staging.add(input.type instanceof TensorType type ? HostArray.allocate(type) : null);
    }
    for (PlanValue output : step.outputs()) {
      outputs.add(array(output));
      staging.add(output.type instanceof TensorType type ? HostArray.allocate(type) : null);
    }
  }

  private static DoubleArray array(PlanValue value) {
    return value.type instanceof TensorType type
        ? DoubleArray.zeros(type.shape())
        : DoubleArray.NONE;
  }

  @Override
  public void run() {
    for (int i = 0; i < inputs.size(); i++) {
      HostArray dense = staging.get(i);
      if (dense != null) {
        Buffer input = step.inputs().get(i).buffer;
        store.awaited(() -> backend.download(input, dense.bytes()));
        double[] values = inputs.get(i).values();
        for (int j = 0; j < values.length; j++) {
          values[j] = dense.get(j);
        }
      }
    }
    compute();
    for (int i = 0; i < outputs.size(); i++) {
      HostArray dense = staging.get(inputs.size() + i);
      if (dense != null) {
        double[] values = outputs.get(i).values();
        for (int j = 0; j < values.length; j++) {
          dense.set(j, values[j]);
        }
        Buffer output = step.outputs().get(i).buffer;
        store.guarded(() -> backend.upload(dense.bytes(), output));
      }
    }
  }

  private void compute() {
    try {
      step.host().apply(inputs, outputs);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(failed(e), e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(failed(e), e);
    }
  }

  private String failed(RuntimeException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return step.label() + " failed on the host: " + why;
  }
}
