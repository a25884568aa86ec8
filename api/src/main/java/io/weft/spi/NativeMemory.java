package io.weft.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Which memory may be given to the kernel. */
public final class NativeMemory {
  private static final Class<?> ALLOCATED =
      MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1)).scope().getClass();
  private static final Class<?> AUTOMATIC = Arena.ofAuto().scope().getClass();
  private static final Class<?> GLOBAL = Arena.global().scope().getClass();

  private NativeMemory() {}

  /**
   * Tells whether a buffer's memory stays where it is for as long as the buffer is reachable:
   * direct, and not of an arena that somebody can close.
   *
   * @param buffer any buffer
   * @return whether the kernel may work on it
   */
  public static boolean isStable(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      return false;
    }
    Class<?> scope = MemorySegment.ofBuffer(buffer).scope().getClass();
    return scope == ALLOCATED || scope == AUTOMATIC || scope == GLOBAL;
  }
}
