package dev.cambium.nn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Literal;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.nn.init.Uniform;
import dev.cambium.nn.init.VarianceScaling;
import dev.cambium.op.Activation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Layers as JSON, so that a saved model carries its network: {@code {"type": "Sequential",
 * "children": [{"name": "0", "layer": {"type": "Conv2d", ...}}]}}. Each record becomes an object of
 * its components; where a component may hold one of several records (a layer, an initialiser, an
 * activation), {@code type} says which. Only known types are ever made.
 *
 * <p>A layer of one's own that is a record takes part by {@link #with}. Immutable.
 */
public final class Architecture {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "type";

  /** The layers, initialisers and activations of the framework. */
  public static final Architecture STANDARD =
      new Architecture(Map.of())
          .with(Linear.class, Conv2d.class, MaxPool2d.class, AvgPool2d.class, GlobalAvgPool2d.class)
          .with(
              BatchNorm.class,
              Dropout.class,
              ReLU.class,
              LeakyReLU.class,
              Tanh.class,
              Sigmoid.class)
          .with(Softmax.class, LogSoftmax.class, Flatten.class, Sequential.class, Residual.class)
          .with(SpatialDropout.class, StochasticDepth.class, DropConnect.class)
          .with(Constant.class, Literal.class, Normal.class, Uniform.class, VarianceScaling.class)
          .with(Orthogonal.class, CenteredWeightNormLinear.class, CenteredWeightNormConv2d.class)
          .with("Identity", Activation.Identity.class)
          .with("Activation.ReLU", Activation.Relu.class)
          .with("Activation.LeakyReLU", Activation.LeakyRelu.class)
          .with("Activation.Tanh", Activation.Tanh.class)
          .with("Activation.Sigmoid", Activation.Sigmoid.class);

  private final Map<String, Class<? extends Record>> types;

  private Architecture(Map<String, Class<? extends Record>> types) {
    this.types = Collections.unmodifiableMap(types);
  }

  /** These types and one more, under {@code name}. */
  public Architecture with(String name, Class<? extends Record> type) {
    Map<String, Class<? extends Record>> more = new LinkedHashMap<>(types);
    if (more.putIfAbsent(name, type) != null) {
      throw new IllegalArgumentException(
          "type '"
              + name
              + "' is taken by "
              + types.get(name).getName()
              + "; give "
              + type.getName()
              + " another name");
    }
    return new Architecture(more);
  }

  /** These types and more, each under its simple name. */
  @SafeVarargs
  public final Architecture with(Class<? extends Record>... more) {
    Architecture result = this;
    for (Class<? extends Record> type : more) {
      result = result.with(type.getSimpleName(), type);
    }
    return result;
  }

  /**
   * The layer as JSON.
   *
   * @throws IllegalArgumentException when a part of it is of no known type
   */
  public String write(Layer layer) {
    return write(layer, Layer.class).toString();
  }

  /**
   * The layer that {@code json} describes.
   *
   * @throws IllegalArgumentException when it is no JSON, names an unknown type, or does not fit the
   *     type that it names
   */
  public Layer read(String json) {
    try {
      return (Layer) read(JSON.readTree(json), Layer.class, "the network");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the network is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private JsonNode write(Object value, Type declared) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (value instanceof Integer number) {
      return json.numberNode(number);
    } else if (value instanceof Long number) {
      return json.numberNode(number);
    } else if (value instanceof Double number) {
      return json.numberNode(number);
    } else if (value instanceof Boolean flag) {
      return json.booleanNode(flag);
    } else if (value instanceof String || value instanceof Enum<?>) {
      return json.textNode(value.toString());
    } else if (value instanceof Optional<?> optional) {
      return optional.isEmpty() ? json.nullNode() : write(optional.get(), argument(declared));
    } else if (value instanceof List<?> list) {
      ArrayNode array = json.arrayNode();
      list.forEach(element -> array.add(write(element, argument(declared))));
      return array;
    } else if (value instanceof Record record) {
      return write(record, declared);
    }
    throw new IllegalArgumentException(
        "a network can be saved when its layers are records of numbers, texts, lists and records, got "
            + value);
  }

  private JsonNode write(Record record, Type declared) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    if (declared != record.getClass()) {
      object.put(TYPE, name(record.getClass()));
    }
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        object.set(
            component.getName(),
            write(component.getAccessor().invoke(record), component.getGenericType()));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            record.getClass().getName() + " cannot be read: " + e.getMessage(), e);
      }
    }
    return object;
  }

  private String name(Class<?> type) {
    return types.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    type.getName()
                        + " cannot be saved: it is no known type; make it a record, and give it to"
                        + " Architecture.with()"));
  }

  private Object read(JsonNode node, Type declared, String where) {
    if (declared instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return node.isNull() ? Optional.empty() : Optional.of(read(node, argument(declared), where));
    } else if (declared instanceof ParameterizedType generic
        && generic.getRawType() == List.class) {
      require(node.isArray(), where, "a list", node);
      List<Object> list = new ArrayList<>();
      node.forEach(
          element -> list.add(read(element, argument(declared), where + "[" + list.size() + "]")));
      return list;
    } else if (declared instanceof Class<?> type) {
      return read(node, type, where);
    }
    throw new IllegalArgumentException(where + " is of a type that cannot be read: " + declared);
  }

  private Object read(JsonNode node, Class<?> type, String where) {
    if (type == int.class || type == Integer.class) {
      require(node.canConvertToInt() && node.isIntegralNumber(), where, "a whole number", node);
      return node.intValue();
    } else if (type == long.class || type == Long.class) {
      require(node.isIntegralNumber(), where, "a whole number", node);
      return node.longValue();
    } else if (type == double.class || type == Double.class) {
      require(node.isNumber(), where, "a number", node);
      return node.doubleValue();
    } else if (type == boolean.class) {
      require(node.isBoolean(), where, "true or false", node);
      return node.booleanValue();
    } else if (type == String.class) {
      require(node.isTextual(), where, "a text", node);
      return node.textValue();
    } else if (type.isEnum()) {
      return constant(node, type, where);
    }
    return record(node, type, where);
  }

  private static Object constant(JsonNode node, Class<?> type, String where) {
    for (Object constant : type.getEnumConstants()) {
      if (constant.toString().equals(node.asText())) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        where + " must be one of " + List.of(type.getEnumConstants()) + ", got " + node);
  }

  private Object record(JsonNode node, Class<?> declared, String where) {
    require(node.isObject(), where, "an object", node);
    Class<?> type = declared;
    if (!declared.isRecord()) {
      type = types.get(node.path(TYPE).asText());
      if (type == null || !declared.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            where
                + " has the type "
                + node.path(TYPE)
                + ", which is no known "
                + declared.getSimpleName()
                + "; give your own types to Architecture.with()");
      }
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] parameters = new Class<?>[components.length];
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      require(node.has(name), where, "an object with '" + name + "'", node);
      parameters[i] = components[i].getType();
      arguments[i] = read(node.get(name), components[i].getGenericType(), where + "." + name);
    }
    return construct(type, parameters, arguments, where);
  }

  private static Object construct(
      Class<?> type, Class<?>[] parameters, Object[] arguments, String where) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(where + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          where + ": " + type.getName() + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static Type argument(Type declared) {
    return declared instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : Object.class;
  }

  private static void require(boolean condition, String where, String expected, JsonNode node) {
    if (!condition) {
      String text = node.toString();
      throw new IllegalArgumentException(
          where
              + " must be "
              + expected
              + ", got "
              + (text.length() > 80 ? text.substring(0, 80) + "..." : text));
    }
  }
}
