package dev.cambium.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * One pass over a data set, batch by batch, in order; can be gone through once. A batch is valid
 * until the next one is asked for. A sample that cannot be loaded ends the epoch with a {@link
 * DatasetException} that names it, at the place of its batch.
 */
public final class Epoch implements Iterator<Batch>, Iterable<Batch>, AutoCloseable {
  private final BatchAssembler assembler;
  private final Executor executor;
  private final int[] order;
  private final int number;
  private final int batches;
  private final int batchSize;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Deque<BatchSlot> free = new ArrayDeque<>();
  private BatchSlot inUse;
  private int next;
  private int asked;
  private volatile boolean closed;

  private record Pending(FutureTask<Batch> batch, BatchSlot slot) {}

  Epoch(
      BatchAssembler assembler,
      Executor executor,
      BatchSlot[] ring,
      int[] order,
      int number,
      int firstBatch,
      int batches,
      int batchSize) {
    this.assembler = assembler;
    this.executor = executor;
    this.order = order;
    this.number = number;
    this.batches = batches;
    this.batchSize = batchSize;
    this.next = firstBatch;
    this.asked = firstBatch;
    free.addAll(Arrays.asList(ring));
  }

  /** The number of this epoch, from 0. */
  public int number() {
    return number;
  }

  /** The place in the epoch of the batch that comes next. */
  public int position() {
    return next;
  }

  @Override
  public Iterator<Batch> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    return !closed && next < batches;
  }

  /**
   * The next batch, when it is ready.
   *
   * @throws DatasetException when one of its samples cannot be loaded
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("epoch " + number + " is closed");
    }
    if (next >= batches) {
      throw new NoSuchElementException("epoch " + number + " has ended");
    }
    if (inUse != null) {
      free.add(inUse);
      inUse = null;
    }
    ask();
    try {
      Batch batch = pending.element().batch.get();
      inUse = pending.remove().slot;
      next++;
      return batch;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof DatasetException cause) {
        throw cause;
      }
      throw new IllegalStateException("assembling a batch failed: " + e.getCause(), e.getCause());
    }
  }

  /** Sets the free slots to work on the batches that come next. */
  private void ask() {
    while (asked < batches && !free.isEmpty()) {
      BatchSlot slot = free.remove();
      int position = asked++;
      int from = position * batchSize;
      int count = Math.min(batchSize, order.length - from);
      int[] indices = Arrays.copyOfRange(order, from, from + count);
      FutureTask<Batch> task =
          new FutureTask<>(() -> assembler.assemble(slot, indices, number, position, () -> closed));
      pending.add(new Pending(task, slot));
      executor.execute(task);
    }
  }

  /** Stops what is under way and waits for it, so that the slots can be used again. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (!pending.isEmpty()) {
      try {
        pending.peek().batch.get();
        pending.remove();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // Nobody waits for this batch any more: its error has no one to reach.
        pending.remove();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
