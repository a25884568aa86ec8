package io.weft.poller.iouring.ring;

import io.weft.bench.micro.Micro;
import io.weft.poller.iouring.ring.sys.Sys;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A buffer that a completion brings, taken and given back, beside a queue of numbers. */
public class BufferRingBench extends Micro {
  private static final int BUFFERS = 256;
  private static final int BUFFER_BYTES = 4096;
  private static final int RECEIVED = 64;

  private final int[] queue = new int[BUFFERS];
  private Ring ring;
  private BufferRing buffers;
  private int next;

  @Setup
  public void open() throws IOException {
    Sys sys = new Sys();
    ring = Ring.open(sys, Caps.DEFAULT, 8, 16);
    buffers = new BufferRing(sys, ring, BUFFERS, BUFFER_BYTES, false);
    ring.enable();
  }

  @TearDown
  public void close() {
    buffers.close(ring);
    ring.close(true);
  }

  @Benchmark
  public int queueOfNumbers() {
    int buffer = queue[next & BUFFERS - 1];
    queue[++next & BUFFERS - 1] = buffer;
    return buffer;
  }

  /** In the order in which the kernel takes them. */
  @Benchmark
  public int takeAndGiveBack() {
    int buffer = next++ & BUFFERS - 1;
    int from = buffers.take(buffer << 16 | Ring.CQE_F_BUFFER, RECEIVED);
    buffers.giveBack(buffer);
    return from;
  }
}
