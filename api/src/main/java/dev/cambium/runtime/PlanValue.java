package dev.cambium.runtime;

import dev.cambium.op.Value;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.ValueType;

/**
 * A value of a plan while it is being made: where it comes from, how long it lives, and in which
 * memory.
 */
final class PlanValue implements Value {
  /** Who owns the memory. */
  enum Home {
    /** Bound before each run; the plan's own. */
    INPUT,
    /** In the parameter store. */
    STATE,
    /** In the pool, for a part of a run. */
    TEMPORARY,
    /** The plan's own, from run to run. */
    LASTING
  }

  final ValueType type;
  final String name;

  /** The value whose memory this one is another view of, or null. */
  final PlanValue viewed;

  Home home;

  /** The first step that writes it; -1 for inputs and states. */
  int born;

  /** The last step that reads it; -1 when nobody does. */
  int lastRead = -1;

  /** The temporary, or the state, in whose memory this one is computed in place, or null. */
  PlanValue inPlaceOf;

  /** Which piece of the pool a temporary has. */
  int slot = -1;

  /** The memory of a root. */
  Memory memory;

  /** Where a root begins in its memory. */
  long offset;

  Buffer buffer;

  PlanValue(ValueType type, String name, Home home, int born, PlanValue viewed) {
    this.type = type;
    this.name = name;
    this.home = home;
    this.born = born;
    this.viewed = viewed;
  }

  @Override
  public ValueType type() {
    return type;
  }

  /** The value that owns the memory. */
  PlanValue root() {
    PlanValue value = this;
    while (value.viewed != null || value.inPlaceOf != null) {
      value = value.viewed != null ? value.viewed : value.inPlaceOf;
    }
    return value;
  }

  @Override
  public String toString() {
    return name + " " + type;
  }
}
