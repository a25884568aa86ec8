package io.weft.core;

import io.weft.spi.Errno;
import io.weft.spi.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pipe of the kernel that tests play; notes how it is misused. */
final class FakePipe implements Pipe {
  private final FakePoller home;
  private final ByteBuffer memory;
  private final AtomicBoolean released = new AtomicBoolean();

  FakePipe(FakePoller home, int roomBytes) {
    this.home = home;
    memory = ByteBuffer.allocateDirect(roomBytes).flip();
  }

  /** Its room; it must be empty. */
  int requireEmpty() {
    requireLent();
    if (memory.hasRemaining()) {
      home.violate("a pipe is filled that is not empty");
    }
    return memory.capacity();
  }

  private void requireLent() {
    if (released.get()) {
      home.violate("a pipe is used after its release");
    }
  }

  void put(ByteBuffer bytes) {
    requireEmpty();
    memory.clear().put(bytes).flip();
  }

  /** A copy of what comes out next. */
  ByteBuffer look(int bytesMax) {
    requireLent();
    if (bytesMax <= 0 || bytesMax > memory.remaining()) {
      home.violate(bytesMax + " bytes asked for of " + memory.remaining());
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(bytesMax);
    return copy.put(0, memory, memory.position(), bytesMax);
  }

  void take(int bytes) {
    requireLent();
    memory.position(memory.position() + bytes);
  }

  @Override
  public int bytes() {
    requireLent();
    return memory.remaining();
  }

  @Override
  public int fill(FileChannel source, long position, int bytesMax) {
    if (!home.pipesTakeFiles()) {
      home.violate("a file is given to a pipe that takes none");
    }
    requireEmpty();
    memory.clear().limit(Math.min(bytesMax, memory.capacity()));
    try {
      int read = source.read(memory, position);
      return Math.max(read, 0);
    } catch (IOException | RuntimeException e) {
      return -Errno.EBADF.number();
    } finally {
      memory.flip();
    }
  }

  @Override
  public int read(ByteBuffer dst) {
    requireLent();
    // not all at once: a kernel may do so
    int length = Math.min(Math.min(dst.remaining(), 5_000), memory.remaining());
    dst.put(dst.position(), memory, memory.position(), length);
    take(length);
    return length;
  }

  @Override
  public void release() {
    requireLent();
    if (!released.getAndSet(true)) {
      home.lentPipes.decrementAndGet();
    }
  }
}
