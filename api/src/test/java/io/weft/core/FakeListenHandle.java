package io.weft.core;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A listener whose queue the test fills. */
final class FakeListenHandle extends FakeHandle implements ListenHandle {
  private static final int CONNECTION = 0;

  /** What {@link #accepted} handed out. */
  final Queue<FakeStreamHandle> accepted = new ConcurrentLinkedQueue<>();

  // CONNECTION or a negated errno
  private final Deque<Integer> queue = new ArrayDeque<>();
  private final Queue<Integer> acceptedErrnos = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> addressErrnos = new ConcurrentLinkedQueue<>();
  private boolean arrived;
  private boolean promised;
  private volatile int backlogMax;

  FakeListenHandle(FakePoller poller) {
    super(poller);
  }

  void connect() {
    kernel(() -> queue.add(CONNECTION));
  }

  void failAccept(Errno errno) {
    kernel(() -> queue.add(-errno.number()));
  }

  /** The next accepted connection cannot be registered. */
  void failAccepted(Errno errno) {
    acceptedErrnos.add(errno.number());
  }

  /** How many of those failures no accepted connection has met. */
  int acceptedFailuresLeft() {
    return acceptedErrnos.size();
  }

  /** The next accepted connection is gone before its address is asked for. */
  void failAcceptedAddress(Errno errno) {
    addressErrnos.add(errno.number());
  }

  int queued() {
    poller.lock.lock();
    try {
      return queue.size() + (arrived ? 1 : 0);
    } finally {
      poller.lock.unlock();
    }
  }

  /** Connections that nobody has accepted, errors that nobody has met; aborted ones aside. */
  int left(boolean errors) {
    poller.lock.lock();
    try {
      int aborted = -Errno.ECONNABORTED.number();
      long left = queue.stream().filter(i -> i < 0 == errors && i != aborted).count();
      // waits in the adapter for the next accept, or for the close
      return (int) left + (arrived && !errors ? 1 : 0);
    } finally {
      poller.lock.unlock();
    }
  }

  int backlogMax() {
    return backlogMax;
  }

  @Override
  public void listen(SocketAddress address, int backlog) {
    poller.requireAddresses();
    calls.add("listen " + AddressText.of(address));
    backlogMax = backlog;
    local(address);
  }

  @Override
  boolean isImmediate(FakeOp op) {
    return super.isImmediate(op) || arrived;
  }

  @Override
  boolean hasResult(FakeOp op) {
    return arrived || !queue.isEmpty();
  }

  @Override
  int resultOf(FakeOp op) {
    int result = arrived ? CONNECTION : queue.removeFirst();
    arrived = result == CONNECTION;
    return result;
  }

  @Override
  public int accept(Completion done) {
    int result = start(Direction.READ, new FakeOp(FakeOp.Kind.ACCEPT, done, List.of()));
    poller.lock.lock();
    try {
      if (promised) {
        poller.violate("accept before accepted");
      }
      promised = result == CONNECTION;
    } finally {
      poller.lock.unlock();
    }
    return result;
  }

  @Override
  public StreamHandle accepted(Poller owner) throws ErrnoException {
    poller.lock.lock();
    try {
      if (!promised || !arrived) {
        poller.violate("accepted without a connection");
      }
      promised = false;
      arrived = false;
    } finally {
      poller.lock.unlock();
    }
    Integer errno = acceptedErrnos.poll();
    if (errno != null) {
      throw new ErrnoException(errno, null);
    }
    FakeStreamHandle stream = new FakeStreamHandle((FakePoller) owner);
    Integer addressErrno = addressErrnos.poll();
    if (addressErrno != null) {
      stream.failAddresses(addressErrno);
    }
    accepted.add(stream);
    return stream;
  }
}
