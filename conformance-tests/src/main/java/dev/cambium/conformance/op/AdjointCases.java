package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.op.Adjoint.Product;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * That the gradients are the adjoints of their operations: with y = A(x, w) + b for a bilinear A,
 * &lt;y, dy&gt; = &lt;x, dx&gt; + &lt;b, db&gt; = &lt;w, dw&gt; + &lt;b, db&gt;. In turn each of x,
 * w and dy is the wide one.
 */
final class AdjointCases {
  private static final List<List<Product>> BILINEAR =
      List.of(
          List.of(new Product("y", "dy")),
          List.of(new Product("x", "dx"), new Product("b", "db")),
          List.of(new Product("w", "dw"), new Product("b", "db")));
  private static final List<List<Product>> LINEAR =
      List.of(List.of(new Product("y", "dy")), List.of(new Product("x", "dx")));
  private static final String[] OPERANDS = {"x", "w", "dy"};

  private AdjointCases() {}

  /** Every case. */
  static List<ConformanceCase> all() {
    List<Adjoint> all = new ArrayList<>();
    for (ConvolutionLayer layer : ConvolutionLayers.all()) {
      if (layer.x().dim(0) > 0) {
        all.add(convolution(layer, all.size() % OPERANDS.length));
      }
    }
    for (LinearLayer layer : LinearLayers.all()) {
      if (layer.x().dim(0) > 0) {
        all.add(linear(layer, all.size() % OPERANDS.length));
      }
    }
    for (PoolingLayer layer : PoolingLayers.all()) {
      if (layer.x().dim(0) > 0) {
        poolings(all, layer);
      }
    }
    return all.stream().map(Adjoint::toCase).toList();
  }

  private static void poolings(List<Adjoint> all, PoolingLayer layer) {
    MaxPooling max = new MaxPooling(layer.window());
    MaxPoolingBackward back = new MaxPoolingBackward(layer.window());
    all.add(
        pooling(
            max,
            layer,
            layer.what(),
            (builder, in) -> {
              List<Value> chosen = builder.emit(max, List.of(in.get("x")));
              Value dx = builder.emit(back, in.get("dy"), in.get("x"), chosen.get(1));
              return Map.of("y", chosen.get(0), "dx", dx);
            }));
    for (boolean counted : new boolean[] {false, true}) {
      if (AveragePoolingCases.isExact(layer, counted)) {
        AveragePooling mean = new AveragePooling(layer.window(), counted);
        Op share = new AveragePoolingBackward(layer.window(), counted, layer.image());
        String what = layer.what() + (counted ? ", padding counted" : "");
        all.add(
            pooling(
                mean,
                layer,
                what,
                (builder, in) ->
                    Map.of(
                        "y",
                        builder.emit(mean, in.get("x")),
                        "dx",
                        builder.emit(share, in.get("dy")))));
      }
    }
  }

  private static Adjoint pooling(
      Op op, PoolingLayer layer, String what, Adjoint.Description description) {
    Map<String, Operand> inputs = new LinkedHashMap<>();
    inputs.put("x", Operand.of(layer.x(), Draw.integers(-1000, 3)));
    inputs.put("dy", Operand.of(layer.y(), Draw.wide()));
    return new Adjoint(op, what, inputs, description, LINEAR);
  }

  private static Adjoint convolution(ConvolutionLayer layer, int wide) {
    double most =
        Math.max(layer.weightTerms(), Math.max(layer.forwardTerms() + 1, layer.dataTerms()));
    return bilinear(
        new Convolution(layer.geometry(), true, Activation.NONE),
        new ConvolutionBackwardData(layer.geometry(), layer.image()),
        new ConvolutionBackwardWeights(layer.geometry(), layer.kernel(), true),
        layer.what(),
        List.of(layer.x(), layer.w(), layer.y()),
        most,
        wide);
  }

  private static Adjoint linear(LinearLayer layer, int wide) {
    double most = Math.max(layer.x().dim(0), Math.max(layer.features() + 1, layer.units()));
    return bilinear(
        new Linear(true, Activation.NONE),
        new LinearBackwardData(layer.x()),
        new LinearBackwardWeights(true),
        layer.what(),
        List.of(layer.x(), layer.w(), layer.y()),
        most,
        wide);
  }

  private static Adjoint bilinear(
      Op forward, Op data, Op weights, String what, List<Shape> shapes, double terms, int wide) {
    Map<String, Operand> inputs = new LinkedHashMap<>();
    for (int i = 0; i < OPERANDS.length; i++) {
      Draw draw = i == wide ? Draw.wide() : Contraction.narrow(terms);
      inputs.put(OPERANDS[i], Operand.of(shapes.get(i), draw));
    }
    inputs.put("b", Operand.of(Shape.of(shapes.get(1).dim(0)), Draw.integers(1000)));
    return new Adjoint(
        forward,
        what + ", wide " + OPERANDS[wide],
        inputs,
        (builder, in) -> emit(builder, in, forward, data, weights),
        BILINEAR);
  }

  private static Map<String, Value> emit(
      GraphBuilder builder, Map<String, Value> in, Op forward, Op data, Op weights) {
    Map<String, Value> results = new LinkedHashMap<>();
    results.put("y", builder.emit(forward, in.get("x"), in.get("w"), in.get("b")));
    results.put("dx", builder.emit(data, in.get("dy"), in.get("w")));
    List<Value> sums = builder.emit(weights, List.of(in.get("x"), in.get("dy")));
    results.put("dw", sums.get(0));
    results.put("db", sums.get(1));
    return results;
  }
}
