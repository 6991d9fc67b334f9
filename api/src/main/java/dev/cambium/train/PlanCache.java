package dev.cambium.train;

import dev.cambium.runtime.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The plans of a model by what they compute; the least recently used one is closed when there are
 * too many.
 */
final class PlanCache implements AutoCloseable {
  private final int capacity;
  private final Map<Object, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

  PlanCache(int capacity) {
    this.capacity = capacity;
  }

  Plan get(Object key, Supplier<Plan> maker) {
    Plan plan = plans.get(key);
    if (plan == null) {
      if (plans.size() >= capacity) {
        var eldest = plans.entrySet().iterator();
        Plan oldest = eldest.next().getValue();
        eldest.remove();
        oldest.close();
      }
      plan = maker.get();
      plans.put(key, plan);
    }
    return plan;
  }

  /** Closes all plans; one that cannot be closed holds up no other. */
  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("a plan was not freed");
    for (Plan plan : plans.values()) {
      try {
        plan.close();
      } catch (RuntimeException | Error e) {
        failure.addSuppressed(e);
      }
    }
    plans.clear();
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
