package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes graphs of what is given to a stream. */
final class CudaGraphs {
  private static final Logger LOG = LoggerFactory.getLogger(CudaGraphs.class);

  private final CudaDriver driver;
  private final CudaCommands commands;
  private final CudaFaults faults;
  private final Set<CudaRecording> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean warned;

  CudaGraphs(CudaDriver driver, CudaCommands commands, CudaFaults faults) {
    this.driver = driver;
    this.commands = commands;
    this.faults = faults;
  }

  /** A graph of what {@code work} gives; empty, with nothing done, when the driver makes none. */
  Optional<CudaRecording> record(CudaContext context, Runnable work) {
    CUgraph graph = capture(work);
    if (graph == null) {
      return Optional.empty();
    }
    CUgraphExec exec = new CUgraphExec();
    int status = driver.graphInstantiate(exec, graph);
    faults.note(driver.graphDestroy(graph), "cuGraphDestroy");
    if (status != CUDA_SUCCESS) {
      return without(status, "cuGraphInstantiate");
    }
    CudaRecording recording = new CudaRecording(context, exec);
    open.add(recording);
    return Optional.of(recording);
  }

  private CUgraph capture(Runnable work) {
    int begun = driver.streamBeginCapture(commands.stream());
    if (begun != CUDA_SUCCESS) {
      without(begun, "cuStreamBeginCapture");
      return null;
    }
    boolean given = false;
    CUgraph graph = new CUgraph();
    int ended;
    try {
      commands.clock().pause(work);
      given = true;
    } finally {
      // The stream takes no other work until this.
      ended = driver.streamEndCapture(commands.stream(), graph);
      if (!given && ended == CUDA_SUCCESS) {
        faults.note(driver.graphDestroy(graph), "cuGraphDestroy");
      }
    }
    if (ended != CUDA_SUCCESS) {
      without(ended, "cuStreamEndCapture");
      return null;
    }
    return graph;
  }

  private Optional<CudaRecording> without(int status, String call) {
    faults.note(status, call);
    faults.requireDevice();
    if (!warned) {
      warned = true;
      LOG.warn(
          "{} makes no graph of a step ({} failed with {}): kernels are launched one by one, with"
              + " the same results; -Dcambium.cuda.graphs=off does so without this warning",
          faults.device(),
          call,
          CudaStatus.name(status));
    }
    return Optional.empty();
  }

  void forget(CudaRecording recording, CUgraphExec exec) {
    if (open.remove(recording)) {
      faults.note(driver.graphExecDestroy(exec), "cuGraphExecDestroy");
    }
  }

  /** Frees what is still open; what fails then is of no interest any more. */
  void release() {
    open.forEach(recording -> driver.graphExecDestroy(recording.released()));
    open.clear();
  }
}
