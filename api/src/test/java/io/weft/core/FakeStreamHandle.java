package io.weft.core;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.Pipe;
import io.weft.spi.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A stream whose other end is the test. */
final class FakeStreamHandle extends FakeHandle implements StreamHandle {
  private static final int END = 0;

  final Network family;
  final Set<Direction> shutdowns = ConcurrentHashMap.newKeySet();

  /** How many bytes each send took. */
  final Queue<Integer> sends = new ConcurrentLinkedQueue<>();

  /** How many bytes attempts off the loop took; negative: there are none. */
  final AtomicLong attempted = new AtomicLong(-1);

  /** How many times somebody asked to be told of a failure. */
  final AtomicInteger watches = new AtomicInteger();

  // bytes, or an Integer: END, which stays, or a negated errno, which does not
  private final Deque<Object> inbound = new ArrayDeque<>();
  // received already, for an operation that completed with AGAIN
  private final Deque<byte[]> inbox = new ArrayDeque<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private boolean keepsMessages;
  private boolean usesInbox;
  private boolean immediate;
  private boolean wakesWrite;
  private int spuriousReadables;
  private long room = Long.MAX_VALUE;
  private int stepMax = Integer.MAX_VALUE;
  private int writeErrno;
  private int connectResult;
  private boolean noticesFailures = true;
  private @Nullable Runnable failureTold;
  private int failure;
  private volatile boolean refusesPipes;
  private volatile boolean blindForPipes;
  private volatile @Nullable RuntimeException bug;
  private volatile SocketAddress remote = new InetSocketAddress("127.0.0.1", 5000);

  FakeStreamHandle(FakePoller poller) {
    this(poller, Network.TCP4);
  }

  FakeStreamHandle(FakePoller poller, Network family) {
    super(poller);
    this.family = family;
  }

  void feed(byte[] bytes) {
    kernel(() -> inbound.add(bytes.clone()));
  }

  void feedEnd() {
    kernel(() -> inbound.add(END));
  }

  void feedErrno(Errno errno) {
    kernel(() -> inbound.add(-errno.number()));
  }

  /** What is fed at once is a message; what of it a read has no room for is lost. */
  void keepMessages() {
    kernel(() -> keepsMessages = true);
  }

  /** Reads complete with AGAIN, and the bytes wait for the next attempt. */
  void useInbox() {
    kernel(() -> usesInbox = true);
  }

  /** Completion manner: a result that is there is returned at once. */
  void beImmediate() {
    kernel(() -> immediate = true);
  }

  /** Waits for readability complete although nothing is there, so many times. */
  void wakeFalsely(int times) {
    kernel(() -> spuriousReadables = times);
  }

  /** The connection fails; reads meet that behind what was fed, and the end behind that. */
  void fail(Errno errno) {
    kernel(
        () -> {
          inbound.add(-errno.number());
          failUnread(errno);
        });
  }

  /** The connection fails, and somebody else has met that. */
  void failForOthers(Errno errno) {
    kernel(() -> failUnread(errno));
  }

  private void failUnread(Errno errno) {
    inbound.add(END);
    failure = -errno.number();
    if (failureTold != null) {
      poller.due(failureTold);
    }
  }

  /** As an adapter that lacks it: nobody is told of a failure. */
  void ignoreFailures() {
    kernel(() -> noticesFailures = false);
  }

  /** The kernel's free send buffer. */
  void room(long bytes) {
    kernel(() -> room = bytes);
  }

  /** What one write takes at most. */
  void stepMax(int bytes) {
    kernel(() -> stepMax = bytes);
  }

  /** What writes meet when there is no room. */
  void failWrites(Errno errno) {
    kernel(() -> writeErrno = errno.number());
  }

  /** A negated errno, 0, or PENDING until it is set to something else. */
  void connectResult(int result) {
    kernel(() -> connectResult = result);
  }

  /** Every write throws. */
  void throwOnWrite(RuntimeException failure) {
    kernel(() -> bug = failure);
  }

  /** Neither direction takes pipes from now on. */
  void refusePipes() {
    refusesPipes = true;
  }

  /** A pending write has a result at once. */
  void wakeWrite() {
    kernel(() -> wakesWrite = true);
  }

  /** There is nothing that a pipe could receive, though something is there. */
  void beBlindForPipes(boolean blind) {
    blindForPipes = blind;
  }

  byte[] sent() {
    poller.lock.lock();
    try {
      return sent.toByteArray();
    } finally {
      poller.lock.unlock();
    }
  }

  @Override
  boolean isImmediate(FakeOp op) {
    // what has completed a wait for readability is known to the poller
    return super.isImmediate(op)
        || immediate
        || !inbox.isEmpty()
        || op.kind == FakeOp.Kind.READABLE;
  }

  @Override
  boolean hasResult(FakeOp op) {
    return switch (op.kind) {
      case READ -> !inbound.isEmpty() || !inbox.isEmpty();
      case READABLE -> !inbound.isEmpty() || !inbox.isEmpty() || spuriousReadables > 0;
      case WRITE ->
          room > 0 || writeErrno != 0 || wakesWrite || shutdowns.contains(Direction.WRITE);
      case CONNECT -> connectResult != Completion.PENDING;
      case ACCEPT -> throw new AssertionError(op.kind);
    };
  }

  @Override
  int resultOf(FakeOp op) {
    return switch (op.kind) {
      case READ -> receive(op);
      case READABLE -> readableResult();
      case WRITE -> send(op);
      case CONNECT -> connectResult;
      case ACCEPT -> throw new AssertionError(op.kind);
    };
  }

  private int readableResult() {
    if (inbound.isEmpty() && inbox.isEmpty()) {
      spuriousReadables--;
    }
    return Completion.AGAIN;
  }

  private int receive(FakeOp op) {
    ByteBuffer dst = op.buffers.getFirst();
    byte[] received = inbox.poll();
    if (received != null) {
      return deliver(received, dst, inbox);
    }
    Object next = inbound.getFirst();
    if (next instanceof Integer result) {
      if (result != END) {
        inbound.removeFirst();
      }
      return result;
    }
    inbound.removeFirst();
    if (usesInbox && !poller.anyThread()) {
      inbox.add((byte[]) next);
      return Completion.AGAIN;
    }
    return deliver((byte[]) next, dst, inbound);
  }

  private int deliver(byte[] bytes, ByteBuffer dst, Deque<? super byte[]> rest) {
    int length = Math.min(bytes.length, dst.remaining());
    dst.put(dst.position(), bytes, 0, length);
    if (length < bytes.length && !keepsMessages) {
      rest.addFirst(Arrays.copyOfRange(bytes, length, bytes.length));
    }
    return length;
  }

  private int send(FakeOp op) {
    if (wakesWrite) {
      wakesWrite = false;
      return Completion.AGAIN;
    }
    int taken = send(op.buffers);
    if (op.pipe != null && taken > 0) {
      op.pipe.take(taken);
    }
    return taken;
  }

  private int send(List<ByteBuffer> srcs) {
    if (shutdowns.contains(Direction.WRITE)) {
      return -Errno.EPIPE.number();
    }
    if (room == 0) {
      return -writeErrno;
    }
    int total = 0;
    for (ByteBuffer src : srcs) {
      int length = (int) Math.min(Math.min(src.remaining(), stepMax - total), room);
      byte[] taken = new byte[length];
      src.get(src.position(), taken);
      sent.writeBytes(taken);
      room -= length;
      total += length;
    }
    sends.add(total);
    return total;
  }

  @Override
  public void bind(SocketAddress address) {
    calls.add("bind " + AddressText.of(address));
    local(address);
  }

  @Override
  public int connect(SocketAddress address, Completion done) {
    poller.requireAddresses();
    // the operation is started once more after each AGAIN
    if (!calls.contains("connect")) {
      calls.add("connect");
      remote = address;
      Integer result = poller.nextConnect(address);
      if (result != null) {
        connectResult(result);
      }
      if (poller.nextIsSelfConnect()) {
        local(address);
      }
    }
    return start(Direction.WRITE, new FakeOp(FakeOp.Kind.CONNECT, done, List.of()));
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    requireMemory(dst, true);
    Completion told = done == null ? result -> {} : done;
    FakeOp op = new FakeOp(FakeOp.Kind.READ, told, List.of(dst));
    return done == null ? attempt(op) : start(Direction.READ, op);
  }

  // without waiting: what has been received; readiness may ask the kernel as well
  private int attempt(FakeOp op) {
    poller.lock.lock();
    try {
      requireUsable("read");
      boolean there = !inbox.isEmpty() || !inbound.isEmpty();
      int result = there ? receive(op) : -Errno.EAGAIN.number();
      return result == Completion.AGAIN ? receive(op) : result;
    } finally {
      poller.lock.unlock();
    }
  }

  @Override
  public int read(Pipe to, int bytesMax) {
    if (refusesPipes) {
      return -Errno.EOPNOTSUPP.number();
    }
    if (blindForPipes) {
      return -Errno.EAGAIN.number();
    }
    FakePipe pipe = (FakePipe) to;
    ByteBuffer room = ByteBuffer.allocateDirect(Math.min(bytesMax, pipe.requireEmpty()));
    int result = attempt(new FakeOp(FakeOp.Kind.READ, r -> {}, List.of(room)));
    if (result > 0) {
      pipe.put(room.limit(result));
    }
    return result;
  }

  @Override
  public int write(Pipe from, int bytesMax, Completion done) {
    if (refusesPipes) {
      return -Errno.EOPNOTSUPP.number();
    }
    FakePipe pipe = (FakePipe) from;
    FakeOp op = new FakeOp(FakeOp.Kind.WRITE, done, List.of(pipe.look(bytesMax)));
    op.pipe = pipe;
    return start(Direction.WRITE, op);
  }

  @Override
  public int readable(Completion done) {
    int result = start(Direction.READ, new FakeOp(FakeOp.Kind.READABLE, done, List.of()));
    return result == Completion.AGAIN ? 0 : result;
  }

  @Override
  public int attemptWrite(ByteBuffer src) {
    if (attempted.get() < 0) {
      return StreamHandle.super.attemptWrite(src);
    }
    requireMemory(src, true);
    poller.lock.lock();
    try {
      int taken = room > 0 ? send(List.of(src)) : -Errno.EAGAIN.number();
      attempted.addAndGet(Math.max(taken, 0));
      return taken;
    } finally {
      poller.lock.unlock();
    }
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    return write(new ByteBuffer[] {src}, 0, 1, done);
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    RuntimeException thrown = bug;
    if (thrown != null) {
      throw thrown;
    }
    List<ByteBuffer> taken = new ArrayList<>();
    for (int i = from; i < to && taken.size() < GATHER_MAX; i++) {
      // a message may be empty
      requireMemory(srcs[i], i == from && !keepsMessages);
      taken.add(srcs[i]);
    }
    return start(Direction.WRITE, new FakeOp(FakeOp.Kind.WRITE, done, taken));
  }

  @Override
  public boolean onFailure(Runnable told) {
    boolean failed;
    poller.lock.lock();
    try {
      requireUsable("onFailure");
      if (watches.getAndIncrement() > 0) {
        poller.violate("onFailure called twice");
      }
      if (!noticesFailures) {
        return false;
      }
      failureTold = told;
      failed = failure != 0;
    } finally {
      poller.lock.unlock();
    }
    if (failed) {
      told.run();
    }
    return true;
  }

  @Override
  public int failure() {
    if (isPending(Direction.READ)) {
      poller.violate("failure while a read is pending");
    }
    poller.lock.lock();
    try {
      requireOpen("failure");
      return inbound.removeLastOccurrence(failure) ? failure : 0;
    } finally {
      poller.lock.unlock();
    }
  }

  @Override
  public void shutdown(Direction direction) {
    shutdowns.add(direction);
    if (direction == Direction.READ) {
      feedEnd();
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }
}
