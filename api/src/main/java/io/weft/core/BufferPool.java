package io.weft.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Native memory through which heap buffers go to the kernel: taken for one syscall, or for a write
 * until the kernel has it, and given back. Any thread; allocates only when empty, and then may
 * wait: a lock of the JDK's guards the list of all native memory.
 *
 * <p>A bounded ring of slots after Dmitry Vyukov's queue: a slot's turn number says whose turn it
 * is, to put or to take. When a slot is just being filled or emptied by another thread, take finds
 * none and give drops the buffer to the collector.
 */
final class BufferPool {
  private static final VarHandle TURNS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle PUTS;
  private static final VarHandle TAKES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PUTS = lookup.findVarHandle(BufferPool.class, "puts", long.class);
      TAKES = lookup.findVarHandle(BufferPool.class, "takes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int bufferBytes;
  private final @Nullable ByteBuffer[] slots;
  private final long[] turns;
  private volatile long puts;
  private volatile long takes;

  BufferPool(int bufferBytes, int keptMax) {
    this.bufferBytes = bufferBytes;
    int size = Integer.highestOneBit(Math.max(keptMax, 2) * 2 - 1);
    slots = new @Nullable ByteBuffer[size];
    turns = new long[size];
    for (int i = 0; i < size; i++) {
      turns[i] = i;
    }
  }

  int bufferBytes() {
    return bufferBytes;
  }

  /** A buffer of the pool's size, empty and clear; the caller gives it back. */
  ByteBuffer take() {
    ByteBuffer kept = takeKept();
    return kept == null ? ByteBuffer.allocateDirect(bufferBytes) : kept;
  }

  /** As {@link #take}, but null instead of a new one. Never waits. */
  @Nullable ByteBuffer takeKept() {
    for (; ; ) {
      long turn = takes;
      int slot = (int) turn & (slots.length - 1);
      long lead = (long) TURNS.getAcquire(turns, slot) - (turn + 1);
      if (lead < 0) {
        return null;
      }
      if (lead == 0 && TAKES.compareAndSet(this, turn, turn + 1)) {
        ByteBuffer buffer = slots[slot];
        slots[slot] = null;
        TURNS.setRelease(turns, slot, turn + slots.length);
        assert buffer != null;
        return buffer.clear();
      }
    }
  }

  /** A buffer for a whole message, which must not be split; larger than the others if need be. */
  ByteBuffer takeForMessage(long bytes) {
    return bytes <= bufferBytes ? take() : ByteBuffer.allocateDirect(Math.toIntExact(bytes));
  }

  /** Takes a buffer back; the caller must not touch it again. */
  void give(ByteBuffer buffer) {
    if (buffer.capacity() != bufferBytes) {
      return;
    }
    for (; ; ) {
      long turn = puts;
      int slot = (int) turn & (slots.length - 1);
      long lead = (long) TURNS.getAcquire(turns, slot) - turn;
      if (lead < 0) {
        return;
      }
      if (lead == 0 && PUTS.compareAndSet(this, turn, turn + 1)) {
        slots[slot] = buffer;
        TURNS.setRelease(turns, slot, turn + 1);
        return;
      }
    }
  }
}
