package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * One submission being filled: struct io_uring_sqe, 64 bytes. A ring has a single one, which {@link
 * Ring#next} moves; to be filled in leaf code, without a point where a virtual thread could park.
 */
final class Sqe {
  /** The size of an entry. */
  static final int BYTES = 64;

  /** IORING_OP_NOP. */
  static final int NOP = 0;

  /** IORING_OP_SENDMSG. */
  static final int SENDMSG = 9;

  /** IORING_OP_ACCEPT. */
  static final int ACCEPT = 13;

  /** IORING_OP_ASYNC_CANCEL. */
  static final int ASYNC_CANCEL = 14;

  /** IORING_OP_CONNECT. */
  static final int CONNECT = 16;

  /** IORING_OP_READ. */
  static final int READ = 22;

  /** IORING_OP_SEND. */
  static final int SEND = 26;

  /** IORING_OP_RECV. */
  static final int RECV = 27;

  // IOSQE_BUFFER_SELECT in flags, IORING_RECVSEND_POLL_FIRST in ioprio
  private static final byte BUFFER_SELECT = 1 << 5;
  private static final short POLL_FIRST = 1;

  private final MemorySegment entries;
  private long base;

  Sqe(MemorySegment entries) {
    this.entries = entries;
  }

  Sqe at(int index) {
    base = (long) index * BYTES;
    return this;
  }

  Sqe start(int opcode, int fd, long userData) {
    entries.set(JAVA_LONG, base, opcode | (long) fd << 32);
    for (long at = base + 8; at < base + BYTES; at += 8) {
      entries.set(JAVA_LONG, at, 0);
    }
    entries.set(JAVA_LONG, base + 32, userData);
    return this;
  }

  Sqe offset(long value) {
    entries.set(JAVA_LONG, base + 8, value);
    return this;
  }

  Sqe memory(long address, int length) {
    entries.set(JAVA_LONG, base + 16, address);
    entries.set(JAVA_INT, base + 24, length);
    return this;
  }

  /**
   * Sets the flags that belong to the opcode.
   *
   * @param value msg_flags, accept_flags or cancel_flags
   * @return this
   */
  Sqe opFlags(int value) {
    entries.set(JAVA_INT, base + 28, value);
    return this;
  }

  Sqe selectBuffer(int group) {
    entries.set(JAVA_BYTE, base + 1, BUFFER_SELECT);
    entries.set(JAVA_SHORT, base + 40, (short) group);
    return this;
  }

  Sqe pollFirst() {
    entries.set(JAVA_SHORT, base + 2, POLL_FIRST);
    return this;
  }
}
