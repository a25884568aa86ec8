package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tries on sockets what no flag and no version tells; on a thread of its own, as the ring is that
 * thread's.
 */
public final class Preflight {
  private static final int STREAM_CLOEXEC = Sys.SOCK_STREAM | Sys.SOCK_CLOEXEC;
  private static final int MSG_PEEK_DONTWAIT = 2 | 0x40;
  private static final int REGISTER_PROBE = 8;
  private static final int OPCODES_MAX = 256;
  private static final int BUFFERS = 2;
  private static final int CONNECTIONS = 4;
  private static final int CANCEL_ALL_FD = 1 | 1 << 1;
  private static final int RECV_MULTISHOT = 1 << 1;
  private static final long STEP_MAX_NANOS = 1_000_000_000L;

  private static final int NAME_BYTES_MAX = 128;
  private static final long NAME_AT = 0;
  private static final long NAME_LENGTH_AT = NAME_BYTES_MAX;
  private static final long BYTE_AT = NAME_LENGTH_AT + Integer.BYTES;

  private final Sys sys;
  private final Ring ring;
  private final MemorySegment memory;
  private final Set<Feature> lacking = EnumSet.noneOf(Feature.class);
  private int inFlight;

  private Preflight(Sys sys, Ring ring, MemorySegment memory) {
    this.sys = sys;
    this.ring = ring;
    this.memory = memory;
  }

  /** The system calls, where they can be made at all. */
  public static Sys calls(Supplier<Sys> made) throws Refusal {
    String arch = System.getProperty("os.arch");
    if (!"Linux".equals(System.getProperty("os.name")) || !arch.matches("amd64|aarch64")) {
      throw new Refusal("io_uring needs Linux on x86-64 or aarch64", "use nio");
    }
    try {
      return made.get();
    } catch (LinkageError | IllegalCallerException | UnsupportedOperationException e) {
      Module module = Preflight.class.getModule();
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      boolean denied = !module.isNativeAccessEnabled();
      throw new Refusal(
          denied ? "native access is denied to " + name : "native access is not possible: " + e,
          "start java with --enable-native-access=" + name + ", or use nio");
    }
  }

  /** Finds what can be relied on; fails without what cannot be done without. */
  public static Caps run(Sys sys) throws IOException {
    Ring ring = Ring.open(sys, Caps.ALL, 8, 32);
    try (Arena arena = Arena.ofConfined()) {
      // struct io_uring_probe is the largest
      MemorySegment memory = arena.allocate(16 + 8L * OPCODES_MAX, Long.BYTES);
      Preflight preflight = new Preflight(sys, ring, memory);
      try {
        preflight.findOpcodes();
        preflight.onPair(preflight.buffers(), preflight::receive);
        preflight.receiveInParts();
        preflight.accept();
      } finally {
        ring.close(preflight.inFlight == 0);
      }
      return ring.caps.without(preflight.lacking);
    }
  }

  private void findOpcodes() throws IOException {
    ErrnoException.check(ring.register(REGISTER_PROBE, memory.address(), OPCODES_MAX));
    Set<Need> missing = EnumSet.copyOf(Need.OPCODES);
    missing.removeIf(need -> hasOpcode(need.number));
    if (!missing.isEmpty()) {
      throw Need.refusal(missing);
    }
    if (!hasOpcode(Sqe.SEND_ZC)) {
      lacking.add(Feature.SEND_ZC);
    }
  }

  private boolean hasOpcode(int opcode) {
    return (memory.get(JAVA_SHORT, 16 + 8L * opcode + 2) & 1) != 0;
  }

  /** Receives of one end of a pair what the other one sends. */
  private interface Trial {
    void run(BufferRing buffers, int fd, int peer) throws IOException;
  }

  private void onPair(BufferRing buffers, Trial trial) throws IOException {
    try {
      int[] pair = sys.pair();
      try {
        trial.run(buffers, pair[0], pair[1]);
      } finally {
        sys.call(Call.CLOSE, pair[0]);
        sys.call(Call.CLOSE, pair[1]);
      }
    } finally {
      if (inFlight == 0) {
        buffers.close(ring);
      }
    }
  }

  private BufferRing buffers() throws IOException {
    try {
      return new BufferRing(sys, ring, BUFFERS, Long.BYTES, false);
    } catch (ErrnoException e) {
      insist(e.errno() != Errno.EINVAL.number(), Need.REGISTER_PBUF_RING);
      throw e;
    }
  }

  private void receive(BufferRing buffers, int fd, int peer) throws IOException {
    int multishot = RECV_MULTISHOT;
    for (int i = 0; i < BUFFERS; i++) {
      if (inFlight == 0) {
        start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false).also(multishot);
      }
      write(peer, i);
      complete();
      insist(takes(buffers), Need.REGISTER_PBUF_RING);
      if (inFlight == 0) {
        lacking.add(Feature.RECV_MULTISHOT);
        multishot = 0;
      }
    }
    if (inFlight == 0) {
      start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false);
    }
    write(peer, BUFFERS);
    complete();
    boolean exhausted = ring.result() == -Errno.ENOBUFS.number() && inFlight == 0;
    insist(exhausted, Need.REGISTER_PBUF_RING);
    buffers.giveBack(0);
    start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false);
    complete();
    insist(takes(buffers), Need.REGISTER_PBUF_RING);
    buffers.giveBack(0);
    start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false);
    cancel(fd);
  }

  private boolean takes(BufferRing buffers) {
    boolean taken = ring.result() == 1 && (ring.flags() & Ring.CQE_F_BUFFER) != 0;
    if (taken) {
      buffers.take(ring.flags(), 1);
    }
    return taken;
  }

  private void receiveInParts() throws IOException {
    BufferRing buffers;
    try {
      buffers = new BufferRing(sys, ring, BUFFERS, BUFFERS, true);
    } catch (ErrnoException e) {
      lacking.add(Feature.BUFFER_PARTS);
      return;
    }
    onPair(buffers, this::receiveInParts);
  }

  /** Two bytes fill the first buffer; an end leaves the second one as the third byte made it. */
  private void receiveInParts(BufferRing buffers, int fd, int peer) throws IOException {
    boolean right = true;
    for (int i = 0; i <= BUFFERS; i++) {
      write(peer, i);
      start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false);
      complete();
      boolean more = (ring.flags() & Ring.CQE_F_BUF_MORE) != 0;
      right &= ring.result() == 1 && BufferRing.buffer(ring.flags()) == i / BUFFERS;
      right = right && more == (i != 1) && buffers.bytes.get(buffers.take(ring.flags(), 1)) == i;
    }
    sys.call(Call.SHUTDOWN, peer, 1);
    start(Sqe.RECV, fd).selectBuffer(BufferRing.GROUP, false);
    complete();
    right &= (ring.flags() & (Ring.CQE_F_BUFFER | Ring.CQE_F_BUF_MORE)) != Ring.CQE_F_BUFFER;
    if (!right) {
      lacking.add(Feature.BUFFER_PARTS);
    }
  }

  private void accept() throws IOException {
    int listener = (int) sys.need(Call.SOCKET, Sys.AF_UNIX, STREAM_CLOEXEC, 0);
    try {
      // a name that the kernel chooses
      memory.fill((byte) 0).set(JAVA_SHORT, NAME_AT, (short) Sys.AF_UNIX);
      memory.set(JAVA_INT, NAME_LENGTH_AT, NAME_BYTES_MAX);
      long name = memory.address() + NAME_AT;
      if (sys.call(Call.BIND, listener, name, Short.BYTES) < 0) {
        lacking.add(Feature.ACCEPT_MULTISHOT);
        return;
      }
      sys.need(Call.GETSOCKNAME, listener, name, memory.address() + NAME_LENGTH_AT);
      sys.need(Call.LISTEN, listener, CONNECTIONS);
      start(Sqe.ACCEPT, listener).opFlags(Sys.SOCK_CLOEXEC).also(Sqe.ACCEPT_MULTISHOT);
      for (int i = 0; i < CONNECTIONS; i++) {
        if (inFlight == 0 || !accepts(i)) {
          lacking.add(Feature.ACCEPT_MULTISHOT);
          break;
        }
      }
      if (inFlight > 0) {
        cancel(listener);
      }
    } finally {
      sys.call(Call.CLOSE, listener);
    }
  }

  /** Whether what is accepted is the connection made, and not the number of something else. */
  private boolean accepts(int value) throws IOException {
    int client = (int) sys.need(Call.SOCKET, Sys.AF_UNIX, STREAM_CLOEXEC, 0);
    try {
      int nameBytes = memory.get(JAVA_INT, NAME_LENGTH_AT);
      sys.need(Call.CONNECT, client, memory.address() + NAME_AT, nameBytes);
      write(client, value);
      complete();
      int fd = ring.result();
      memory.set(JAVA_BYTE, BYTE_AT, (byte) -1);
      long at = memory.address() + BYTE_AT;
      boolean ours =
          fd >= 0
              && sys.call(Call.RECVFROM, fd, at, 1, MSG_PEEK_DONTWAIT) == 1
              && memory.get(JAVA_BYTE, BYTE_AT) == value;
      if (ours) {
        sys.call(Call.CLOSE, fd);
      }
      return ours;
    } finally {
      sys.call(Call.CLOSE, client);
    }
  }

  /** Ends what waits on a descriptor; its end and that of the cancel come in any order. */
  private void cancel(int fd) throws IOException {
    start(Sqe.ASYNC_CANCEL, fd).opFlags(CANCEL_ALL_FD);
    while (inFlight > 0) {
      complete();
      boolean ended = ring.result() == -Errno.ECANCELED.number();
      insist(ended || ring.result() == 1, Need.ASYNC_CANCEL_FD);
    }
  }

  private Sqe start(int opcode, int fd) {
    inFlight++;
    return ring.next(opcode, fd, 0);
  }

  private void write(int fd, int value) throws ErrnoException {
    memory.set(JAVA_BYTE, BYTE_AT, (byte) value);
    sys.need(Call.WRITE, fd, memory.address() + BYTE_AT, 1);
  }

  /** Takes the next completion. */
  private void complete() throws IOException {
    long start = System.nanoTime();
    while (!ring.advance()) {
      if (System.nanoTime() - start > STEP_MAX_NANOS) {
        throw new Refusal("an operation on a ring does not end", "boot another kernel");
      }
      ring.enter(1, STEP_MAX_NANOS);
      ring.reap();
    }
    if ((ring.flags() & Ring.CQE_F_MORE) == 0) {
      inFlight--;
    }
  }

  private static void insist(boolean found, Need need) throws Refusal {
    if (!found) {
      throw Need.refusal(EnumSet.of(need));
    }
  }
}
