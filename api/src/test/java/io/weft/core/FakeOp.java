package io.weft.core;

import io.weft.spi.Completion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pending operation, and what its memory looked like when it was handed over. */
final class FakeOp {
  /** What the operation does. */
  enum Kind {
    READ,
    READABLE,
    WRITE,
    ACCEPT,
    CONNECT
  }

  final Kind kind;
  final Completion done;
  final List<ByteBuffer> buffers;
  private final List<ByteBuffer> copies = new ArrayList<>();
  boolean cancelAsked;
  boolean toldFull;
  // what the bytes to write come from
  @Nullable FakePipe pipe;

  FakeOp(Kind kind, Completion done, List<ByteBuffer> buffers) {
    this.kind = kind;
    this.done = done;
    this.buffers = buffers;
    for (ByteBuffer buffer : buffers) {
      ByteBuffer copy = ByteBuffer.allocate(buffer.capacity());
      copy.position(buffer.position()).limit(buffer.limit());
      copy.put(buffer.position(), buffer, buffer.position(), buffer.remaining());
      copies.add(copy);
    }
  }

  boolean isUntouched() {
    for (int i = 0; i < buffers.size(); i++) {
      ByteBuffer buffer = buffers.get(i);
      ByteBuffer copy = copies.get(i);
      boolean moved = buffer.position() != copy.position() || buffer.limit() != copy.limit();
      if (moved || !buffer.equals(copy)) {
        return false;
      }
    }
    return true;
  }
}
