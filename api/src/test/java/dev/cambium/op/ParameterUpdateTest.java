package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Steps from p = 1 along the gradients 0.5 and -0.25 at lr = 0.1, worked out by hand with the
 * formulas of PyTorch's documentation of the optimisers.
 */
class ParameterUpdateTest {
  private static final double EXACT = 1e-15;
  private static final List<UpdateOptions> PLAIN = List.of(UpdateOptions.PLAIN);

  private final HostEmitter emitter = new HostEmitter();

  private static Value scalar(double value) {
    return HostEmitter.tensor(Shape.scalar(), value);
  }

  /** The parameter after each step, from p = 1, with lr = 0.1 and gradientScale 1. */
  private double[] path(ParameterUpdate op, double... gradients) {
    List<Value> state = new ArrayList<>(List.of(scalar(1)));
    op.slots().forEach(slot -> state.add(scalar(0)));
    double[] path = new double[gradients.length];
    for (int t = 1; t <= gradients.length; t++) {
      List<Value> inputs = new ArrayList<>(List.of(scalar(0.1), scalar(1)));
      if (op instanceof AdamUpdate adam) {
        inputs.add(scalar(1 - Math.pow(adam.beta1(), t)));
        inputs.add(scalar(1 - Math.pow(adam.beta2(), t)));
      }
      inputs.add(state.get(0));
      inputs.add(scalar(gradients[t - 1]));
      inputs.addAll(state.subList(1, state.size()));
      Collections.copy(state, emitter.emit(op, inputs));
      path[t - 1] = HostEmitter.elements(state.get(0))[0];
    }
    return path;
  }

  @Test
  void gradientDescentStepsAgainstTheGradient() {
    assertArrayEquals(
        new double[] {0.95, 0.975}, path(new SgdUpdate(0, false, PLAIN), 0.5, -0.25), EXACT);
  }

  @Test
  void momentumKeepsAVelocity() {
    // v = 0.5, 0.9 * 0.5 - 0.25 = 0.2
    assertArrayEquals(
        new double[] {0.95, 0.93}, path(new SgdUpdate(0.9, false, PLAIN), 0.5, -0.25), EXACT);
  }

  @Test
  void nesterovLooksAhead() {
    // steps 0.5 + 0.9 * 0.5 = 0.95, -0.25 + 0.9 * 0.2 = -0.07
    assertArrayEquals(
        new double[] {0.905, 0.912}, path(new SgdUpdate(0.9, true, PLAIN), 0.5, -0.25), EXACT);
  }

  @Test
  void adamDividesByTheRootOfTheMeanSquare() {
    // m = 0.05, 0.02; v = 0.00025, 0.00031225; corrections 0.1, 0.19 and 0.001, 0.001999
    double first = 1 - 0.1 * 0.5 / (0.5 + 1e-8);
    double second = first - 0.1 * (0.02 / 0.19) / (Math.sqrt(0.00031225 / 0.001999) + 1e-8);
    assertArrayEquals(
        new double[] {first, second},
        path(new AdamUpdate(0.9, 0.999, 1e-8, PLAIN), 0.5, -0.25),
        1e-14);
    assertEquals(0.8733663, second, 1e-7);
  }

  @Test
  void adagradDividesByTheRootOfTheSum() {
    // s = 0.25, 0.3125
    double second = 0.9 + 0.1 * 0.25 / Math.sqrt(0.3125);
    assertArrayEquals(
        new double[] {0.9, second}, path(new AdagradUpdate(0, PLAIN), 0.5, -0.25), EXACT);
    assertEquals(1 - 0.1 * 0.5 / (0.5 + 0.1), path(new AdagradUpdate(0.1, PLAIN), 0.5)[0], EXACT);
  }

  @Test
  void rmsPropDividesByTheRootOfTheMovingMean() {
    // s = 0.0025, 0.0025 * 0.99 + 0.000625 = 0.0031
    double first = 1 - 0.1 * 0.5 / (0.05 + 1e-3);
    double second = first + 0.1 * 0.25 / (Math.sqrt(0.0031) + 1e-3);
    assertArrayEquals(
        new double[] {first, second},
        path(new RmsPropUpdate(0.99, 1e-3, 0, PLAIN), 0.5, -0.25),
        EXACT);
  }

  @Test
  void rmsPropKeepsItsLastStepWithMomentum() {
    // b = 0.5 / 0.05 = 10, 0.9 * 10 - 0.25 / sqrt(0.0031)
    double first = 1 - 0.1 * 10;
    double second = first - 0.1 * (9 - 0.25 / Math.sqrt(0.0031));
    assertArrayEquals(
        new double[] {first, second},
        path(new RmsPropUpdate(0.99, 0, 0.9, PLAIN), 0.5, -0.25),
        1e-14);
  }

  @Test
  void coupledDecayEntersTheGradientAndDecoupledDecayTheParameter() {
    // coupled: g' = 0.5 + 0.2 * 1 = 0.7; decoupled: 1 * (1 - 0.1 * 0.2) - 0.1 * 0.5
    List<UpdateOptions> coupled = List.of(new UpdateOptions(1, 0.2, false));
    List<UpdateOptions> decoupled = List.of(new UpdateOptions(1, 0.2, true));
    assertEquals(0.93, path(new SgdUpdate(0, false, coupled), 0.5)[0], EXACT);
    assertEquals(0.93, path(new SgdUpdate(0, false, decoupled), 0.5)[0], EXACT);
    // Adam divides a coupled decay away: the first step is lr whatever g' is
    assertEquals(0.9, path(new AdamUpdate(0.9, 0.999, 0, coupled), 0.5)[0], 1e-14);
    assertEquals(0.88, path(new AdamUpdate(0.9, 0.999, 0, decoupled), 0.5)[0], 1e-14);
  }

  @Test
  void aParametersOwnFactorScalesTheStepAndTheDecoupledDecay() {
    List<UpdateOptions> coupled = List.of(new UpdateOptions(0.5, 0.2, false));
    List<UpdateOptions> decoupled = List.of(new UpdateOptions(0.5, 0.2, true));
    assertEquals(1 - 0.05 * 0.7, path(new SgdUpdate(0, false, coupled), 0.5)[0], EXACT);
    assertEquals(
        1 * (1 - 0.05 * 0.2) - 0.05 * 0.5, path(new SgdUpdate(0, false, decoupled), 0.5)[0], EXACT);
    List<UpdateOptions> frozen = List.of(new UpdateOptions(0, 0.2, true));
    assertEquals(1, path(new SgdUpdate(0.9, true, frozen), 0.5)[0]);
  }

  @Test
  void theGradientIsScaledBeforeTheDecayIsAdded() {
    SgdUpdate op = new SgdUpdate(0, false, List.of(new UpdateOptions(1, 0.2, false)));
    double[] p = emitter.compute(op, scalar(0.1), scalar(0.25), scalar(1), scalar(2));
    assertArrayEquals(new double[] {1 - 0.1 * (0.25 * 2 + 0.2)}, p, EXACT);
  }

  @Test
  void manyParametersAreUpdatedAsIfOneByOne() {
    List<UpdateOptions> options =
        List.of(
            UpdateOptions.PLAIN,
            new UpdateOptions(2, 0.1, false),
            new UpdateOptions(0.5, 0.1, true));
    int[][] shapes = {{2, 3}, {4}, {1, 2, 1, 3}};
    for (ParameterUpdate all : updates(options)) {
      List<Value> inputs = inputs(all, shapes);
      List<Value> outputs = emitter.emit(all, inputs);
      for (int i = 0; i < 3; i++) {
        ParameterUpdate one = sameKind(all, List.of(options.get(i)));
        List<Value> own = new ArrayList<>(inputs.subList(0, all.scalars().size()));
        own.add(inputs.get(all.parameterInput(i)));
        own.add(inputs.get(all.gradientInput(i)));
        for (int slot = 0; slot < all.slots().size(); slot++) {
          own.add(inputs.get(all.slotInput(slot, i)));
        }
        List<Value> expected = emitter.emit(one, own);
        equalElements(expected.get(0), outputs.get(i));
        for (int slot = 0; slot < all.slots().size(); slot++) {
          equalElements(expected.get(1 + slot), outputs.get(all.slotOutput(slot, i)));
        }
      }
    }
  }

  private static void equalElements(Value expected, Value actual) {
    assertEquals(expected.type(), actual.type());
    assertArrayEquals(HostEmitter.elements(expected), HostEmitter.elements(actual));
  }

  static List<ParameterUpdate> updates(List<UpdateOptions> options) {
    return List.of(
        new SgdUpdate(0, false, options),
        new SgdUpdate(0.9, true, options),
        new AdamUpdate(0.9, 0.999, 1e-8, options),
        new AdagradUpdate(1e-10, options),
        new RmsPropUpdate(0.99, 1e-8, 0, options),
        new RmsPropUpdate(0.99, 1e-8, 0.9, options));
  }

  private static ParameterUpdate sameKind(ParameterUpdate op, List<UpdateOptions> options) {
    int index = updates(op.options()).indexOf(op);
    return updates(options).get(index);
  }

  /** Scalars, parameters, gradients and positive slots of these shapes. */
  static List<Value> inputs(ParameterUpdate op, int[]... shapes) {
    List<Value> inputs = new ArrayList<>();
    op.scalars().forEach(name -> inputs.add(scalar(0.5)));
    List<String> names = new ArrayList<>(List.of("p", "g"));
    names.addAll(op.slots());
    for (String name : names) {
      for (int[] shape : shapes) {
        Value drawn = HostEmitter.random(name, shape);
        double[] elements = HostEmitter.elements(drawn);
        inputs.add(
            name.equals("p") || name.equals("g")
                ? drawn
                : HostEmitter.tensor(
                    drawn.shape(), Arrays.stream(elements).map(Math::abs).toArray()));
      }
    }
    return inputs;
  }

  @Test
  void eachOutputMayReplaceExactlyOneInput() {
    List<UpdateOptions> options = List.of(UpdateOptions.PLAIN, UpdateOptions.PLAIN);
    for (ParameterUpdate op : updates(options)) {
      int inputs = op.scalars().size() + 2 * (2 + op.slots().size());
      for (int i = 0; i < 2; i++) {
        assertEquals(List.of(op.parameterInput(i)), replaced(op, i, inputs));
        for (int slot = 0; slot < op.slots().size(); slot++) {
          assertEquals(
              List.of(op.slotInput(slot, i)), replaced(op, op.slotOutput(slot, i), inputs));
        }
      }
    }
  }

  private static List<Integer> replaced(Op op, int output, int inputs) {
    return Stream.iterate(0, i -> i < inputs, i -> i + 1)
        .filter(i -> op.mayAlias(output, i))
        .toList();
  }

  @Test
  void inputsThatDoNotFitAreNamed() {
    AdamUpdate op = new AdamUpdate(0.9, 0.999, 1e-8, PLAIN);
    List<ValueType> types =
        new ArrayList<>(inputs(op, new int[] {3}).stream().map(Value::type).toList());
    rejected(op, types.subList(0, 5), "[lr, gradientScale, correction1, correction2, p1, g1");
    types.set(7, TensorType.of(((TensorType) types.get(7)).dtype(), 4));
    rejected(op, types, "input v1 was FLOAT64[4], expected FLOAT64[3] (like its parameter)");
    types.set(5, TensorType.float32(3));
    rejected(op, types, "input g1 was FLOAT32[3]");
    types.set(2, TensorType.float32());
    rejected(op, types, "input correction1 was FLOAT32[], expected FLOAT64[]");
    types.set(0, TensorType.float32(1));
    rejected(op, types, "input lr was FLOAT32[1], expected rank 0");
  }

  private static void rejected(Op op, List<ValueType> types, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> op.infer(types)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    refused("momentum of SgdUpdate", () -> new SgdUpdate(1, false, PLAIN));
    refused("momentum of SgdUpdate must be above 0", () -> new SgdUpdate(0, true, PLAIN));
    refused("beta1 of AdamUpdate", () -> new AdamUpdate(-0.1, 0.999, 0, PLAIN));
    refused("beta2 of AdamUpdate", () -> new AdamUpdate(0.9, 1, 0, PLAIN));
    refused("epsilon of AdamUpdate", () -> new AdamUpdate(0.9, 0.999, Double.NaN, PLAIN));
    refused("epsilon of AdagradUpdate", () -> new AdagradUpdate(-1, PLAIN));
    refused("alpha of RmsPropUpdate", () -> new RmsPropUpdate(1, 0, 0, PLAIN));
    refused("momentum of RmsPropUpdate", () -> new RmsPropUpdate(0.9, 0, 1, PLAIN));
    refused("options of SgdUpdate", () -> new SgdUpdate(0, false, List.of()));
    refused("learningRateFactor", () -> new UpdateOptions(-1, 0, false));
    refused("weightDecay", () -> new UpdateOptions(1, Double.POSITIVE_INFINITY, false));
  }

  private static void refused(String part, Runnable construction) {
    String message = assertThrows(IllegalArgumentException.class, construction::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
