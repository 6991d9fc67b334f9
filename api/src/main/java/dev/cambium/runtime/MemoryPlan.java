package dev.cambium.runtime;

import dev.cambium.op.Op;
import dev.cambium.runtime.PlanValue.Home;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which values share memory: states are updated in place where nobody reads the old value
 * later; an operation overwrites an input that it is the last to read where its contract allows it;
 * and temporaries whose lives do not overlap take turns in the same piece of the pool (greedy, best
 * fit).
 */
final class MemoryPlan {
  private final Backend backend;
  private final List<Step> steps;
  private final List<Long> slots = new ArrayList<>();
  private final Set<PlanValue> copied = new HashSet<>();
  private int empty = -1;

  MemoryPlan(Backend backend, List<Step> steps) {
    this.backend = backend;
    this.steps = steps;
  }

  /** The sizes of the pieces that the temporaries need. */
  List<Long> slots() {
    return slots;
  }

  /** The states that cannot be updated in place; their new value is copied at the end of a run. */
  Set<PlanValue> copied() {
    return copied;
  }

  void plan(Iterable<PlanValue> fetched, Map<PlanValue, PlanValue> assignments) {
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      for (PlanValue output : step.outputs()) {
        output.born = i;
      }
      for (int j = 0; j < step.inputs().size(); j++) {
        if (step.reads(j)) {
          PlanValue root = step.inputs().get(j).root();
          root.lastRead = Math.max(root.lastRead, i);
        }
      }
    }
    fetched.forEach(this::keep);
    assignments.forEach(this::assign);
    for (int i = 0; i < steps.size(); i++) {
      overwriteInputs(i);
    }
    allocate();
  }

  /** Lets {@code value} live until the end of the run; of a state the plan makes a copy before. */
  private void keep(PlanValue value) {
    if (value.home != Home.STATE) {
      value.root().lastRead = steps.size();
    }
  }

  private void assign(PlanValue state, PlanValue next) {
    if (next.viewed == null && next.home == Home.TEMPORARY && canUpdate(state, next)) {
      next.inPlaceOf = state;
    } else if (next != state) {
      copied.add(state);
      keep(next);
    }
  }

  private boolean canUpdate(PlanValue state, PlanValue next) {
    Step step = steps.get(next.born);
    return step.op() != null
        && state.lastRead <= next.born
        && next.inPlaceOf == null
        && onlyAliases(step, step.outputs().indexOf(next), state);
  }

  /**
   * Whether {@code step} takes {@code root} as an input, and only as inputs that the output may
   * overwrite.
   */
  private static boolean onlyAliases(Step step, int output, PlanValue root) {
    Op op = step.op();
    boolean found = false;
    for (int i = 0; i < step.inputs().size(); i++) {
      if (step.inputs().get(i).root() == root) {
        if (!op.mayAlias(output, i)) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private void overwriteInputs(int index) {
    Step step = steps.get(index);
    if (step.op() == null) {
      return;
    }
    Set<PlanValue> taken = new HashSet<>();
    for (int o = 0; o < step.outputs().size(); o++) {
      PlanValue output = step.outputs().get(o);
      if (output.home != Home.TEMPORARY
          || output.inPlaceOf != null
          || !(output.type instanceof TensorType)) {
        continue;
      }
      for (PlanValue input : step.inputs()) {
        PlanValue root = input.root();
        if (input.type.equals(output.type)
            && root.home == Home.TEMPORARY
            && root.lastRead == index
            && backend.bytes(root.type) >= backend.bytes(output.type)
            && onlyAliases(step, o, root)
            && taken.add(root)) {
          root.lastRead = Math.max(root.lastRead, output.lastRead);
          output.inPlaceOf = root;
          break;
        }
      }
    }
  }

  private void allocate() {
    List<List<PlanValue>> dying = new ArrayList<>();
    for (int i = 0; i <= steps.size(); i++) {
      dying.add(new ArrayList<>());
    }
    Set<Integer> free = new HashSet<>();
    for (int i = 0; i < steps.size(); i++) {
      for (PlanValue output : steps.get(i).outputs()) {
        if (output.home == Home.TEMPORARY && output.root() == output) {
          long bytes = backend.bytes(output.type);
          output.slot = bytes == 0 ? emptySlot() : take(free, bytes);
          if (bytes > 0) {
            dying.get(Math.max(i, output.lastRead)).add(output);
          }
        }
      }
      dying.get(i).forEach(value -> free.add(value.slot));
    }
  }

  /** One piece for all that need no bytes, so that every value has memory to be bound to. */
  private int emptySlot() {
    if (empty < 0) {
      slots.add(1L);
      empty = slots.size() - 1;
    }
    return empty;
  }

  private int take(Set<Integer> free, long bytes) {
    int best = -1;
    for (int slot : free) {
      if (best < 0 || better(slots.get(slot), slots.get(best), bytes)) {
        best = slot;
      }
    }
    if (best < 0) {
      slots.add(bytes);
      return slots.size() - 1;
    }
    free.remove(best);
    slots.set(best, Math.max(slots.get(best), bytes));
    return best;
  }

  /** The smallest that is large enough, else the largest. */
  private static boolean better(long size, long than, long bytes) {
    boolean fits = size >= bytes;
    boolean otherFits = than >= bytes;
    return fits == otherFits ? (fits ? size < than : size > than) : fits;
  }
}
