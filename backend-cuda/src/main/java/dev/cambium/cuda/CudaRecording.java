package dev.cambium.cuda;

import dev.cambium.gpu.GpuRecording;
import jcuda.driver.CUgraphExec;

/** A graph that is ready to be launched. */
final class CudaRecording implements GpuRecording {
  private final CudaContext context;
  private final CUgraphExec graph;
  private boolean closed;

  CudaRecording(CudaContext context, CUgraphExec graph) {
    this.context = context;
    this.graph = graph;
  }

  @Override
  public void launch() {
    if (closed) {
      throw new IllegalStateException("a recording was closed: it cannot be used any more");
    }
    context.launch(graph);
  }

  /** The driver keeps it until the launches that were given before are done. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      context.forget(this, graph);
    }
  }

  /** The graph, which nobody launches any more. */
  CUgraphExec released() {
    closed = true;
    return graph;
  }
}
