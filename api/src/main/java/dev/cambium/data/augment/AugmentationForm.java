package dev.cambium.data.augment;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One augmentation as it is written on a command line: {@code name:value:value}.
 *
 * @param syntax its name and the names of its values, what may be left out in brackets
 * @param meaning what it does, in a line
 * @param maker makes it of the values
 */
record AugmentationForm(String syntax, String meaning, Maker maker) {
  /** Makes an augmentation. */
  interface Maker {
    /** For pictures of {@code shape}, to be trained on {@code train}. */
    SampleTransform make(Values values, Shape shape, Dataset train);
  }

  /** The values behind a name, of which each may be left out that has a default. */
  record Values(List<String> texts) {
    double number(int index, double otherwise) {
      return index < texts.size() ? number(index) : otherwise;
    }

    double number(int index) {
      String text = text(index);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is not a number", e);
      }
    }

    int whole(int index) {
      String text = text(index);
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
      }
    }

    Padding padding(int index) {
      if (index >= texts.size()) {
        return Padding.CONSTANT;
      }
      return Arrays.stream(Padding.values())
          .filter(mode -> mode.name().equalsIgnoreCase(text(index)))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'%s' is none of %s"
                          .formatted(
                              text(index),
                              Arrays.toString(Padding.values()).toLowerCase(Locale.ROOT))));
    }

    private String text(int index) {
      if (index >= texts.size()) {
        throw new IllegalArgumentException("a value is missing");
      }
      return texts.get(index).strip();
    }
  }

  String name() {
    return syntax.split("[:\\[]", 2)[0];
  }

  /** The most values that the form takes. */
  private int values() {
    return (int) syntax.chars().filter(c -> c == ':').count();
  }

  /**
   * The augmentation, which has seen that pictures of {@code shape} fit it.
   *
   * @param entry what was written, for messages
   */
  SampleTransform make(String entry, List<String> texts, Shape shape, Dataset train) {
    try {
      if (texts.size() > values()) {
        throw new IllegalArgumentException("there are too many values");
      }
      SampleTransform transform = maker.make(new Values(texts), shape, train);
      transform.outputShape(shape);
      return transform;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "augmentation '%s': %s; its form is %s: %s"
              .formatted(entry, e.getMessage(), syntax, meaning),
          e);
    }
  }
}
