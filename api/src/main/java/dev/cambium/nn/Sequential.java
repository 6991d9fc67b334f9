package dev.cambium.nn;

import dev.cambium.op.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Layers one after another: each takes what the one before it gives.
 *
 * <p>The children are named 0, 1, 2, ... or by given names; a name is a part of the path of the
 * states below it: {@code features.0.weight}.
 *
 * @param children the layers with their names, in order
 */
public record Sequential(List<Child> children) implements Layer {
  /**
   * A layer and its name.
   *
   * @param name a part of a path: not empty, without a dot
   * @param layer the layer
   */
  public record Child(String name, Layer layer) {
    /** Checks the name. */
    public Child {
      Objects.requireNonNull(layer, "layer");
      if (name.isEmpty() || name.indexOf('.') >= 0) {
        throw new IllegalArgumentException(
            "name of a layer in Sequential must not be empty or contain a dot, got '" + name + "'");
      }
    }
  }

  /** Checks that no name comes twice, as the two layers would share their parameters. */
  public Sequential {
    children = List.copyOf(children);
    Set<String> names = new HashSet<>();
    for (Child child : children) {
      if (!names.add(child.name())) {
        throw new IllegalArgumentException(
            "name of a layer in Sequential must be unique, got '" + child.name() + "' twice");
      }
    }
  }

  /** Layers named 0, 1, 2, ... */
  public static Sequential of(Layer... layers) {
    Sequential sequential = named();
    for (Layer layer : layers) {
      sequential = sequential.add(layer);
    }
    return sequential;
  }

  /** No layers yet: the start of a chain of {@link #add}. */
  public static Sequential named() {
    return new Sequential(List.of());
  }

  /** These layers and one more under the given name. */
  public Sequential add(String name, Layer layer) {
    List<Child> more = new ArrayList<>(children);
    more.add(new Child(name, layer));
    return new Sequential(more);
  }

  /** These layers and one more, named by its position. */
  public Sequential add(Layer layer) {
    return add(Integer.toString(children.size()), layer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    if (children.isEmpty()) {
      throw context.error("Sequential expects at least one layer, got none; add one");
    }
    Value value = input;
    for (Child child : children) {
      value = context.child(child.name(), child.layer(), value);
    }
    return value;
  }
}
