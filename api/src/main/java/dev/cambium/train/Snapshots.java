package dev.cambium.train;

import dev.cambium.tensor.HostArray;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps copies of a model's weights while it is trained, which together make an ensemble for the
 * price of one training. Under a learning rate that falls and jumps up again ({@link
 * dev.cambium.optim.CosineCycles}) each cycle ends in another minimum of the loss.
 *
 * <pre>{@code
 * Snapshots snapshots = Snapshots.everySteps(model, cycle).keeping(5);
 * Trainer.builder(model, loss, UpdateRule.of(sgd, new CosineCycles(0.1, cycle)))
 *     .listener(snapshots)
 *     .build()
 *     .fit(train);
 * try (Ensemble ensemble = snapshots.ensemble()) {
 *   System.out.println(ensemble.accuracy(test, 64));
 * }
 * }</pre>
 *
 * <p>The copies lie in this machine's memory, parameters and running statistics of each; a training
 * that starts from its beginning drops those of the one before, one that is resumed in another
 * process has those since then.
 *
 * <p>Source: G. Huang et al., "Snapshot Ensembles: Train 1, Get M for Free", 2017.
 */
public final class Snapshots implements TrainingListener {
  private final Model model;
  private final int epochs;
  private final long steps;
  private final int most;
  private final Deque<Map<String, HostArray>> kept = new ArrayDeque<>();

  private Snapshots(Model model, int epochs, long steps, int most) {
    this.model = Objects.requireNonNull(model, "model");
    this.epochs = epochs;
    this.steps = steps;
    this.most = most;
  }

  /** A copy after every so many epochs, at least 1. */
  public static Snapshots everyEpochs(Model model, int epochs) {
    return new Snapshots(model, (int) atLeastOne("epochs", epochs), 0, Integer.MAX_VALUE);
  }

  /**
   * A copy after every so many batches, at least 1: the length of a cycle of the learning rate,
   * times the batches of an update where gradients are accumulated.
   */
  public static Snapshots everySteps(Model model, long steps) {
    return new Snapshots(model, 0, atLeastOne("steps", steps), Integer.MAX_VALUE);
  }

  /** As these, without a copy yet, and with no more than the newest {@code number} kept. */
  public Snapshots keeping(int number) {
    return new Snapshots(model, epochs, steps, (int) atLeastOne("number", number));
  }

  private static long atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " of Snapshots must be at least 1, got " + value);
    }
    return value;
  }

  @Override
  public void started(TrainingProgress progress, int epochCount, int batches) {
    if (progress.step() == 0) {
      kept.clear();
    }
  }

  /** Asks for a report at the end of a cycle, as the weights are looked at in reports. */
  @Override
  public Set<String> watches(long step) {
    return ends(step + 1) ? Set.of(TrainingStep.LOSS) : Set.of();
  }

  @Override
  public void stepped(StepReport report) {
    if (ends(report.step())) {
      take();
    }
  }

  private boolean ends(long step) {
    return steps > 0 && step % steps == 0;
  }

  @Override
  public void epochEnded(EpochReport report) throws IOException {
    if (epochs > 0 && report.epoch() % epochs == 0) {
      take();
    }
  }

  private void take() {
    if (kept.size() == most) {
      kept.removeFirst();
    }
    kept.addLast(model.weights());
  }

  /** How many copies are kept. */
  public int size() {
    return kept.size();
  }

  /**
   * Models with the kept weights, the oldest first, on the backend of the one that was trained.
   *
   * @return an ensemble that owns them, to be closed
   * @throws IllegalStateException when there is no copy yet
   */
  public Ensemble ensemble() {
    if (kept.isEmpty()) {
      throw new IllegalStateException(
          "Snapshots have no copy yet; give them to a trainer as a listener, and let it train for"
              + " as long as a copy takes");
    }
    List<Model> models = new ArrayList<>();
    try {
      for (Map<String, HostArray> weights : kept) {
        Model member = Model.create(model.spec(), 0, model.backend());
        models.add(member);
        member.setWeights(weights);
      }
      return Ensemble.owning(models);
    } catch (RuntimeException | Error e) {
      models.forEach(Model::close);
      throw e;
    }
  }
}
