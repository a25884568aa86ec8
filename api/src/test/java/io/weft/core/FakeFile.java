package io.weft.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** A file of which nothing may be used but reads at a position; these may be made to take long. */
final class FakeFile extends FileChannel {
  final Queue<Thread> readers = new ConcurrentLinkedQueue<>();

  /** A read takes one permit. */
  final Semaphore turns = new Semaphore(1 << 20);

  private final byte[] bytes;

  FakeFile(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads do not come to their end until {@link #turns} has permits again. */
  void hold() {
    turns.drainPermits();
  }

  @Override
  public int read(ByteBuffer dst, long position) throws IOException {
    readers.add(Thread.currentThread());
    turns.acquireUninterruptibly();
    if (position >= bytes.length) {
      return -1;
    }
    // not all at once: a file system may do so
    int length = Math.min(Math.min(dst.remaining(), 700), bytes.length - (int) position);
    dst.put(bytes, (int) position, length);
    return length;
  }

  @Override
  protected void implCloseChannel() {}

  private static AssertionError unexpected() {
    return new AssertionError("a transfer must not use this");
  }

  @Override
  public int read(ByteBuffer dst) {
    throw unexpected();
  }

  @Override
  public long read(ByteBuffer[] dsts, int offset, int length) {
    throw unexpected();
  }

  @Override
  public int write(ByteBuffer src) {
    throw unexpected();
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) {
    throw unexpected();
  }

  @Override
  public int write(ByteBuffer src, long position) {
    throw unexpected();
  }

  @Override
  public long position() {
    throw unexpected();
  }

  @Override
  public FileChannel position(long newPosition) {
    throw unexpected();
  }

  @Override
  public long size() {
    throw unexpected();
  }

  @Override
  public FileChannel truncate(long size) {
    throw unexpected();
  }

  @Override
  public void force(boolean metaData) {
    throw unexpected();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw unexpected();
  }

  @Override
  public long transferFrom(ReadableByteChannel src, long position, long count) {
    throw unexpected();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw unexpected();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw unexpected();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw unexpected();
  }
}
