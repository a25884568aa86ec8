package io.weft.server;

import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Direct buffers that connections take only while they have bytes to echo; as many are kept as were
 * in use at once, up to a bound.
 */
final class EchoBuffers {
  static final int BUFFER_BYTES = 16 * 1024;
  static final int FREE_MAX = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  // guarded by lock; a stack, so that the buffer used last, which caches hold, is used next
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

  @Inject
  EchoBuffers() {}

  /** Returns an empty buffer. */
  ByteBuffer take() {
    ByteBuffer buffer;
    lock.lock();
    try {
      buffer = free.poll();
    } finally {
      lock.unlock();
    }
    return buffer == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffer.clear();
  }

  /** Takes a buffer back that nobody uses any more. */
  void give(ByteBuffer buffer) {
    lock.lock();
    try {
      if (free.size() < FREE_MAX) {
        free.push(buffer);
      }
    } finally {
      lock.unlock();
    }
  }
}
