package io.weft.poller.iouring.ring;

import io.weft.bench.micro.Micro;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;

/** A submission filled, beside a copy of as many bytes. */
public class SqeBench extends Micro {
  private static final int ENTRIES = 256;

  private final MemorySegment entries =
      Arena.ofAuto().allocate((long) ENTRIES * Sqe.BYTES, Sqe.BYTES);
  private final MemorySegment template = Arena.ofAuto().allocate(Sqe.BYTES, Sqe.BYTES);
  private final Sqe sqe = new Sqe(entries);
  private int next;

  @Benchmark
  public MemorySegment copy() {
    long at = (long) (next++ & ENTRIES - 1) * Sqe.BYTES;
    MemorySegment.copy(template, 0, entries, at, Sqe.BYTES);
    return entries;
  }

  @Benchmark
  public MemorySegment receive() {
    int i = next++;
    sqe.at(i & ENTRIES - 1, Sqe.RECV, i, i).selectBuffer(BufferRing.GROUP, true);
    return entries;
  }

  @Benchmark
  public MemorySegment send() {
    int i = next++;
    sqe.at(i & ENTRIES - 1, Sqe.SEND, i, i).memory(template.address(), i).opFlags(i);
    return entries;
  }
}
