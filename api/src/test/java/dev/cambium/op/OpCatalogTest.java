package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold of every operation of the package; a new one without an example fails here. */
class OpCatalogTest {
  /** Gradients of others, counts and updates: nothing that a loss may depend on. */
  private static final Set<String> NOT_DIFFERENTIABLE =
      Set.of(
          "ActivateGradient",
          "AdagradUpdate",
          "AdamUpdate",
          "ArgMax",
          "AveragePoolingBackward",
          "BatchNormBackward",
          "ConfusionUpdate",
          "ConvolutionBackwardData",
          "ConvolutionBackwardWeights",
          "LinearBackwardData",
          "LinearBackwardWeights",
          "LogSoftmaxBackward",
          "MaxPoolingBackward",
          "NonFiniteCount",
          "RmsPropUpdate",
          "RunningStatistics",
          "SgdUpdate",
          "SoftmaxBackward",
          "TopKCorrect");

  private final HostEmitter host = new HostEmitter();

  static List<OpExample> examples() {
    return OpExample.all();
  }

  static List<OpExample> differentiable() {
    return OpExample.all().stream().filter(example -> hasGradientRule(example.op())).toList();
  }

  static List<OpExample> lowered() {
    HostEmitter host = new HostEmitter();
    return OpExample.all().stream()
        .filter(example -> example.op().lower(host, example.inputs()).isPresent())
        .toList();
  }

  @Test
  void everyOperationOfThePackageHasAnExample() throws IOException, URISyntaxException {
    Set<String> withExample =
        OpExample.all().stream().map(OpExample::toString).collect(Collectors.toSet());
    assertEquals(operations(), new TreeSet<>(withExample));
  }

  @Test
  void anOperationHasAGradientRuleOrIsListedAsNotDifferentiable() {
    Set<String> without =
        OpExample.all().stream()
            .filter(example -> !hasGradientRule(example.op()))
            .map(OpExample::toString)
            .collect(Collectors.toSet());
    assertEquals(new TreeSet<>(NOT_DIFFERENTIABLE), new TreeSet<>(without));
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void gradientEqualsCentralDifferences(OpExample example) {
    OpGradientCheck.of(example.op(), example.inputs().toArray(Value[]::new))
        .constant(example.constants())
        .verify();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hostFunctionFillsEveryElement(OpExample example) {
    for (Value output : host.emit(example.op(), example.inputs())) {
      assertTrue(
          Arrays.stream(HostEmitter.elements(output)).noneMatch(Double::isNaN),
          () -> example + " leaves elements out");
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anotherNumberOfInputsIsRefusedByName(OpExample example) {
    List<ValueType> none = List.of();
    List<ValueType> wrong = example.inputs().isEmpty() ? List.of(TensorType.float32(1)) : none;
    InferenceErrors errors = new InferenceErrors(example.op());
    errors.says("expects", wrong.toArray(ValueType[]::new));
  }

  /** An output may only share an input's memory when its elements depend on no other of it. */
  @ParameterizedTest
  @MethodSource("examples")
  void outputsThatMayShareMemoryDependOnTheSameElementOnly(OpExample example) {
    List<Value> outputs = host.emit(example.op(), example.inputs());
    for (int input = 0; input < example.inputs().size(); input++) {
      for (int output = 0; output < outputs.size(); output++) {
        if (example.op().mayAlias(output, input)) {
          assertElementwise(example, outputs.get(output), output, input);
        }
      }
    }
  }

  /** What a lowering gives is compared in the operations' own tests at many shapes, too. */
  @ParameterizedTest
  @MethodSource("lowered")
  void aLoweringComputesTheSame(OpExample example) {
    host.assertLoweringAgrees(example.op(), example.inputs());
  }

  private void assertElementwise(OpExample example, Value before, int output, int input) {
    Value x = example.inputs().get(input);
    assertEquals(x.type(), before.type(), () -> example + ": shared memory of another type");
    for (int i = 0; i < HostEmitter.elements(x).length; i++) {
      double[] elements = HostEmitter.elements(x).clone();
      elements[i] += 1;
      List<Value> moved = new ArrayList<>(example.inputs());
      moved.set(input, HostEmitter.tensor(x.tensorType().dtype(), x.shape(), elements));
      double[] after = HostEmitter.elements(host.emit(example.op(), moved).get(output));
      after[i] = HostEmitter.elements(before)[i];
      assertTrue(
          Arrays.equals(HostEmitter.elements(before), after),
          () -> example + ": output " + output + " depends on other elements of input " + input);
    }
  }

  private static boolean hasGradientRule(Op op) {
    return Arrays.stream(op.getClass().getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("gradient") && !method.isSynthetic());
  }

  /** The names of all classes of the package that implement {@link Op}. */
  private static Set<String> operations() throws IOException, URISyntaxException {
    Path classes = Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.list(classes.resolve("dev/cambium/op"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
          .map(name -> load(name.substring(0, name.length() - ".class".length())))
          .filter(type -> Op.class.isAssignableFrom(type) && !type.isInterface())
          .map(Class::getSimpleName)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(
          Op.class.getPackageName() + "." + name, false, Op.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
