package dev.cambium.examples;

import dev.cambium.nn.Architecture;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.GlobalAvgPool2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.LayerContext;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Sigmoid;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Emitter;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/** Layers and an operation that the framework does not have, written as its own are. */
public final class OwnLayersAndOps {
  /** What can be saved: the framework's layers and the two below. */
  public static final Architecture ARCHITECTURE =
      Architecture.STANDARD.with(SwishLayer.class, SqueezeExcite.class);

  private static final BinaryMath MULTIPLY = new BinaryMath(BinaryMath.Function.MULTIPLY);

  private OwnLayersAndOps() {}

  /** A small network with both layers. */
  public static Layer network(int classes) {
    return Sequential.of(
        Conv2d.of(8, 3).padding(1),
        new SwishLayer(),
        MaxPool2d.of(2),
        new SqueezeExcite(2),
        Linear.of(classes));
  }

  /**
   * An operation: y = x sigmoid(x), elementwise (P. Ramachandran et al., "Searching for Activation
   * Functions", 2017).
   *
   * <p>Inputs: x, floating, any shape. Outputs: y, like x.
   */
  public record Swish() implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return List.of(inputs.get(0));
    }

    /** What it means: this alone makes it run on every backend. */
    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (inputs, outputs) -> {
            double[] x = inputs.get(0).values();
            double[] y = outputs.get(0).values();
            for (int i = 0; i < x.length; i++) {
              y[i] = x[i] / (1 + Math.exp(-x[i]));
            }
          });
    }

    /** With this it trains: dx = dy (y + s (1 - y)), s = sigmoid(x). */
    @Override
    public List<Optional<Value>> gradient(
        Emitter emitter, List<Value> inputs, List<Value> outputs, List<Optional<Value>> gradients) {
      Value y = outputs.get(0);
      Value s = emitter.emit(new Activate(new Activation.Sigmoid()), inputs.get(0));
      Value rest = emitter.emit(MULTIPLY, s, emitter.emit(new Affine(-1, 1), y));
      Value slope = emitter.emit(new BinaryMath(BinaryMath.Function.ADD), y, rest);
      return List.of(Optional.of(emitter.emit(MULTIPLY, gradients.get(0).orElseThrow(), slope)));
    }

    /** With this it uses the kernels that the backend has. */
    @Override
    public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
      Value x = inputs.get(0);
      Value s = emitter.emit(new Activate(new Activation.Sigmoid()), x);
      return Optional.of(List.of(emitter.emit(MULTIPLY, x, s)));
    }
  }

  /** A layer without parameters: the operation, applied. */
  public record SwishLayer() implements Layer {
    @Override
    public Value describe(LayerContext context, Value input) {
      return context.emit(new Swish(), input);
    }
  }

  /**
   * A layer made of others: each channel of [N, C, H, W] is scaled by a number between 0 and 1 that
   * depends on the means of all channels (J. Hu et al., "Squeeze-and-Excitation Networks", 2018).
   *
   * @param reduction how many times fewer channels there are between its two linear layers
   */
  public record SqueezeExcite(int reduction) implements Layer {
    @Override
    public Value describe(LayerContext context, Value input) {
      Shape shape = input.shape();
      if (shape.rank() != 4 || shape.dim(1) % reduction != 0) {
        throw context.error(
            "SqueezeExcite expects [N, C, H, W] with a multiple of %d channels, got %s"
                .formatted(reduction, shape));
      }
      int channels = shape.dim(1);
      Layer gate =
          Sequential.of(
              GlobalAvgPool2d.of(),
              Linear.of(channels / reduction),
              ReLU.of(),
              Linear.of(channels),
              Sigmoid.of());
      Value scale = context.child("gate", gate, input);
      Value column = context.emit(new Reshape(Shape.of(shape.dim(0), channels, 1, 1)), scale);
      return context.emit(MULTIPLY, input, column);
    }
  }
}
