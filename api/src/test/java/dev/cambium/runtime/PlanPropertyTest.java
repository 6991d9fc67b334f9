package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Graph;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.spi.ShadowingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever shares memory, a plan computes what the graph says: random graphs, several over one
 * store and one pool, run in turns, against an evaluation in which no two values share memory.
 * Equal to the last bit, as both run the same functions in double in the same order.
 */
class PlanPropertyTest {
  private static final int GRAPHS = 100;
  private static final int PLANS = 3;
  private static final int RUNS = 8;

  @Test
  void plansOfTheReferenceBackendComputeWhatTheirGraphsSay() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      verify(seed, reference());
    }
  }

  @Test
  void noPlanReadsWhatItDidNotWriteOrSharesWhatMustNotBeShared() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      verify(seed, new CheckingBackend(reference(), true));
    }
  }

  @Test
  void packedInputsCachesScratchAndHostFunctionsChangeNothing() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      verify(seed, new DemandingBackend());
    }
  }

  @Test
  void packedInputsCachesAndScratchAreWrittenBeforeTheyAreRead() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      verify(seed, new CheckingBackend(new DemandingBackend(), true));
    }
  }

  @Test
  void aShadowFindsNothingWrongWhereverItsInputsComeFrom() {
    for (int seed = 0; seed < GRAPHS / 4; seed++) {
      verify(seed, new ShadowingBackend(new DemandingBackend(), reference()));
      verify(seed, new ShadowingBackend(reference(), new DemandingBackend()));
      verify(
          seed,
          new CheckingBackend(
              new ShadowingBackend(new DemandingBackend(), new DemandingBackend()), true));
    }
  }

  @Test
  void theGraphsReachWhatTheyAreFor() {
    long assigned = 0;
    long named = 0;
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph graph = RandomGraph.of(new Random(seed));
      assigned += graph.assignments().size();
      named += graph.named().size();
    }
    assertTrue(assigned > 3 * GRAPHS && named > GRAPHS, assigned + " and " + named);
  }

  private static Backend reference() {
    return new ReferenceProvider().open(BackendConfig.defaults());
  }

  private static void verify(int seed, Backend backend) {
    Random random = new Random(seed);
    try (backend) {
      try (ParameterStore store = new ParameterStore(backend);
          BufferPool pool = new BufferPool(backend)) {
        run(seed, random, store, pool);
      }
      assertEquals(0, backend.memory().bytes(), "seed " + seed + ": all memory is given back");
    }
  }

  private static void run(int seed, Random random, ParameterStore store, BufferPool pool) {
    Map<String, double[]> states = new LinkedHashMap<>();
    for (int i = 0; i < RandomGraph.STATES.size(); i++) {
      states.put("s" + i, RandomGraph.numbers(random));
      store.create("s" + i, RandomGraph.array(RandomGraph.STATES.get(i), states.get("s" + i)));
    }
    List<Graph> graphs = new ArrayList<>();
    List<Plan> plans = new ArrayList<>();
    List<Map<String, double[]>> inputs = new ArrayList<>();
    try {
      for (int i = 0; i < PLANS; i++) {
        graphs.add(RandomGraph.of(random));
        plans.add(Plan.of(graphs.get(i), store, pool));
        inputs.add(new HashMap<>());
        bind(plans.get(i), inputs.get(i), random);
      }
      for (int step = 0; step < RUNS; step++) {
        String where = "seed " + seed + ", run " + step;
        int i = random.nextInt(PLANS);
        disturb(store, states, random);
        if (random.nextBoolean()) {
          bind(plans.get(i), inputs.get(i), random);
        }
        step(where, graphs.get(i), plans.get(i), store, states, inputs.get(i));
      }
    } finally {
      plans.forEach(Plan::close);
    }
  }

  private static void bind(Plan plan, Map<String, double[]> inputs, Random random) {
    for (String name : plan.inputs()) {
      inputs.put(name, RandomGraph.numbers(random));
      plan.bind(name, RandomGraph.array(RandomGraph.VECTOR, inputs.get(name)));
    }
  }

  /** Sometimes a state changes between two runs, as when weights are restored. */
  private static void disturb(ParameterStore store, Map<String, double[]> states, Random random) {
    if (random.nextInt(3) == 0) {
      int i = random.nextInt(RandomGraph.STATES.size());
      double[] numbers = RandomGraph.numbers(random);
      states.put("s" + i, numbers);
      store.set("s" + i, RandomGraph.array(RandomGraph.STATES.get(i), numbers));
    }
  }

  private static void step(
      String where,
      Graph graph,
      Plan plan,
      ParameterStore store,
      Map<String, double[]> states,
      Map<String, double[]> inputs) {
    Map<String, double[]> expected = RandomGraph.evaluate(graph, states, inputs);
    plan.run();
    for (String name : graph.named().keySet()) {
      assertArrayEquals(
          expected.get(name), plan.fetch(name).toDoubles(), where + ", named value " + name);
    }
    for (String name : states.keySet()) {
      assertArrayEquals(expected.get(name), store.get(name).toDoubles(), where + ", state " + name);
      states.put(name, expected.get(name));
    }
  }
}
