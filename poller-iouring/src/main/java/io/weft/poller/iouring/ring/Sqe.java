package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The submission being filled: struct io_uring_sqe. A ring has a single one, which {@link
 * Ring#next} moves; filled in leaf code, without a point where a virtual thread could park.
 */
public final class Sqe {
  // IORING_OP
  static final int NOP = 0;
  public static final int POLL_ADD = 6;
  public static final int SENDMSG = 9;
  public static final int ACCEPT = 13;
  public static final int ASYNC_CANCEL = 14;
  public static final int CONNECT = 16;
  public static final int READ = 22;
  public static final int SEND = 26;
  public static final int RECV = 27;
  public static final int SEND_ZC = 47;

  /** One more than the largest opcode. */
  static final int OPCODES = 48;

  /** For {@link #also}: the accept stays. */
  public static final int ACCEPT_MULTISHOT = 1;

  public static final int BYTES = 64;
  private static final int IOSQE_BUFFER_SELECT = 1 << 5;
  private static final short RECVSEND_POLL_FIRST = 1;

  private final MemorySegment entries;
  private long base;

  Sqe(MemorySegment entries) {
    this.entries = entries;
  }

  /** Starts over at an entry, with all else zero. */
  Sqe at(int index, int opcode, int fd, long userData) {
    base = (long) index * BYTES;
    entries.set(JAVA_LONG, base, opcode | (long) fd << 32);
    for (long at = base + 8; at < base + BYTES; at += 8) {
      entries.set(JAVA_LONG, at, at == base + 32 ? userData : 0);
    }
    return this;
  }

  public Sqe offset(long value) {
    entries.set(JAVA_LONG, base + 8, value);
    return this;
  }

  public Sqe memory(long address, int length) {
    entries.set(JAVA_LONG, base + 16, address);
    entries.set(JAVA_INT, base + 24, length);
    return this;
  }

  /** The flags that belong to the opcode: of a message, an accept, a cancel. */
  public Sqe opFlags(int value) {
    entries.set(JAVA_INT, base + 28, value);
    return this;
  }

  /** The flags that an opcode has beside its own: IORING_RECVSEND, IORING_ACCEPT. */
  public Sqe also(int value) {
    short flags = entries.get(JAVA_SHORT, base + 2);
    entries.set(JAVA_SHORT, base + 2, (short) (flags | value));
    return this;
  }

  public Sqe selectBuffer(int group, boolean pollFirst) {
    entries.set(JAVA_SHORT, base, (short) (RECV | IOSQE_BUFFER_SELECT << 8));
    entries.set(JAVA_SHORT, base + 2, pollFirst ? RECVSEND_POLL_FIRST : 0);
    entries.set(JAVA_SHORT, base + 40, (short) group);
    return this;
  }
}
