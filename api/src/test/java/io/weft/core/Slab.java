package io.weft.core;

import io.weft.core.Bytes.Memory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory of every kind, cut from the same pieces again and again: for a model that plays many
 * games, allocating it for each call would cost more than the call.
 */
final class Slab implements AutoCloseable {
  private static final int PIECE_BYTES = 4096;

  private final Arena shared = Arena.ofShared();
  private final Map<Memory, ByteBuffer> pieces = new EnumMap<>(Memory.class);
  private @Nullable Arena confined;

  /** Cuts memory that was not cut since the last {@link #reset}. */
  ByteBuffer cut(Memory memory, int count) {
    ByteBuffer piece = pieces.computeIfAbsent(memory, this::make);
    ByteBuffer cut = piece.slice(piece.position(), count);
    piece.position(piece.position() + count);
    return cut;
  }

  private ByteBuffer make(Memory memory) {
    return switch (memory) {
      case CONFINED_ARENA -> {
        confined = Arena.ofConfined();
        yield confined.allocate(PIECE_BYTES).asByteBuffer();
      }
      case SHARED_ARENA -> shared.allocate(PIECE_BYTES).asByteBuffer();
      default -> memory.allocate(PIECE_BYTES);
    };
  }

  /** All that was cut is free again. */
  void reset() {
    pieces.values().forEach(ByteBuffer::clear);
  }

  /** Drops what belongs to the calling thread, so that another can go on with the rest. */
  void leave() {
    if (confined != null) {
      pieces.remove(Memory.CONFINED_ARENA);
      confined.close();
      confined = null;
    }
  }

  @Override
  public void close() {
    shared.close();
  }
}
