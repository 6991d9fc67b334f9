package dev.cambium.examples;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** A backend with its work, opened and prepared. */
final class BackendContender implements BenchContender {
  private final String name;
  private final String description;
  private final Resources resources = new Resources();
  private final Map<BenchTask, DoubleSupplier> speeds = new HashMap<>();
  private final Map<String, Long> parameters = new LinkedHashMap<>();

  /**
   * Opens a backend and prepares its work.
   *
   * @param selection {@code NAME[:DEVICE]}, or empty for the best
   * @param settings of the backend
   * @param variant what is unlike the others in its settings, for its name; empty for nothing
   */
  BackendContender(
      Console console,
      String selection,
      Map<String, String> settings,
      String variant,
      List<BenchTask> tasks,
      int batch,
      int steps) {
    Session session = new Session(console, selection, settings, false);
    resources.add(session::close);
    try {
      Backend backend = session.get(Backend.class);
      name = (backend.name() + " " + variant).strip();
      description = BackendsCommand.describe(session.get(Backends.class), backend.name());
      prepare(backend, tasks, batch, steps);
    } catch (RuntimeException | Error failed) {
      resources.closeAfter(failed);
      throw failed;
    }
  }

  private void prepare(Backend backend, List<BenchTask> tasks, int batch, int steps) {
    Map<String, BenchSubject> networks = new HashMap<>();
    for (BenchTask task : tasks) {
      if (task.kind() == BenchTask.Kind.PRODUCT) {
        BenchProduct product = new BenchProduct(task.size(), backend);
        resources.add(product::close);
        speeds.put(task, product::gigaflopsPerSecond);
      } else {
        BenchSubject network =
            networks.computeIfAbsent(
                task.subject(), model -> subject(model, batch, steps, backend));
        boolean training = task.kind() == BenchTask.Kind.TRAINING;
        speeds.put(task, training ? network::train : network::infer);
      }
    }
  }

  private BenchSubject subject(String model, int batch, int steps, Backend backend) {
    BenchSubject subject = new BenchSubject(model, batch, steps, backend);
    resources.add(subject::close);
    parameters.put(model, subject.parameters());
    return subject;
  }

  @Override
  public String name() {
    return name;
  }

  /** How many numbers each network trains, by its name. */
  Map<String, Long> parameters() {
    return parameters;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public double speed(BenchTask task) {
    return speeds.get(task).getAsDouble();
  }

  @Override
  public void close() {
    resources.close();
  }
}
