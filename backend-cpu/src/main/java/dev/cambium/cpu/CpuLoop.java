package dev.cambium.cpu;

import dev.cambium.spi.Buffer;

/**
 * A kernel that is one loop over threads: {@link #begin} takes the views of the buffers, {@link
 * #run(int, long, long)} does a chunk of [0, n), {@link #end} puts the chunks' results together.
 */
abstract class CpuLoop extends CpuKernel implements CpuParallel.Body {
  /** Elements per chunk where each costs about a load, an addition and a store. */
  static final int GRAIN = 32_768;

  private final CpuParallel parallel;
  private final long n;
  private final long grain;

  CpuLoop(CpuPlatform platform, long n, long grain) {
    super(platform);
    this.parallel = platform.parallel();
    this.n = n;
    this.grain = grain;
  }

  /** The number of chunks that a run falls into. */
  final int chunks() {
    return CpuParallel.chunks(n, grain);
  }

  @Override
  final void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    begin(inputs, outputs);
    parallel.loop(n, grain, this);
    end();
  }

  /** Keeps what the chunks need of the buffers in fields. */
  abstract void begin(Buffer[] inputs, Buffer[] outputs);

  /** What is left to do when all chunks are done. */
  void end() {}
}
