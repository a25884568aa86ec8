package io.weft.core;

import io.weft.bench.micro.Micro;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.openjdk.jmh.annotations.Benchmark;

/** A buffer taken and given back, beside a queue that a single thread owns. */
public class BufferPoolBench extends Micro {
  private static final int BUFFERS = 64;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final BufferPool pool = new BufferPool(BUFFER_BYTES, BUFFERS);
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(BUFFERS);

  public BufferPoolBench() {
    for (int i = 0; i < BUFFERS; i++) {
      pool.give(ByteBuffer.allocateDirect(BUFFER_BYTES));
      queue.add(ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
  }

  @Benchmark
  public ByteBuffer ownedQueue() {
    ByteBuffer buffer = queue.remove().clear();
    queue.add(buffer);
    return buffer;
  }

  @Benchmark
  public ByteBuffer takeAndGive() {
    ByteBuffer buffer = pool.take();
    pool.give(buffer);
    return buffer;
  }
}
