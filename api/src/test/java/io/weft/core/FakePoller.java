package io.weft.core;

import io.weft.Network;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A poller over a kernel that tests play, in two manners: readiness (any thread operates, completes
 * with AGAIN) and completion (the loop alone operates, memory is held, results come later).
 *
 * <p>It notes every promise of the port that the core breaks; a test ends with {@link #violations}
 * empty. {@code lock} guards all of its handles.
 */
final class FakePoller implements Poller {
  final FakeLock lock = new FakeLock();
  final Queue<String> violations = new ConcurrentLinkedQueue<>();
  final AtomicInteger wakeups = new AtomicInteger();
  final AtomicInteger polls = new AtomicInteger();
  final List<FakeHandle> handles = new CopyOnWriteArrayList<>();
  // how many were lent in all, and are lent now
  final AtomicInteger pipes = new AtomicInteger();
  final AtomicInteger lentPipes = new AtomicInteger();
  private final boolean anyThread;
  private final FakeClock clock;
  private final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();
  private final Map<SocketAddress, Queue<Integer>> connectResults = new ConcurrentHashMap<>();
  private final Map<SocketOption<?>, Integer> optionErrnos = new ConcurrentHashMap<>();
  // connects that will come back to their own socket
  private final AtomicInteger selfConnects = new AtomicInteger();
  // delivered by the next poll
  private final List<Runnable> due = new ArrayList<>();
  private volatile @Nullable Thread loopThread;
  private volatile boolean waiting;
  private volatile long timeoutNanos = Long.MIN_VALUE;
  private volatile int connectResult;
  private volatile @Nullable UnsupportedOperationException lacking;
  private volatile @Nullable UnsupportedOperationException lackingAddresses;
  private volatile boolean closing;
  private volatile boolean closed;
  private volatile boolean slowToClose;
  private volatile int pipeBytes;
  private volatile boolean pipesTakeFiles = true;
  private boolean notified;
  private boolean dirty;
  private @Nullable IOException breakage;

  FakePoller(boolean anyThread, FakeClock clock) {
    this.anyThread = anyThread;
    this.clock = clock;
    clock.watch(this::returnSoon);
  }

  @Override
  public boolean anyThread() {
    return anyThread;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether nothing may be started any more. */
  boolean isClosing() {
    return closing;
  }

  /** Whether the loop waits in {@link #poll}. */
  boolean isWaiting() {
    return waiting;
  }

  /** What the last {@link #poll} was asked to wait. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /** The next poll throws. */
  void breakWith(IOException failure) {
    lock.lock();
    try {
      breakage = failure;
      LockSupport.unpark(loopThread);
    } finally {
      lock.unlock();
    }
  }

  /** Close takes long enough for those that it wakes to get in its way. */
  void beSlowToClose() {
    slowToClose = true;
  }

  /** What connects of sockets meet that are made from now on; PENDING until told otherwise. */
  void beforeConnect(int result) {
    connectResult = result;
  }

  /** What the next connects to an address meet, one each; PENDING until told otherwise. */
  void connects(SocketAddress remote, Integer... results) {
    connectResults.put(remote, new ConcurrentLinkedQueue<>(List.of(results)));
  }

  @Nullable Integer nextConnect(SocketAddress remote) {
    Queue<Integer> results = connectResults.get(remote);
    return results == null ? null : results.poll();
  }

  /** So many connects come back to their own socket. */
  void selfConnects(int count) {
    selfConnects.set(count);
  }

  boolean nextIsSelfConnect() {
    return selfConnects.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
  }

  /** An option that the kernel refuses. */
  void refuseOption(SocketOption<?> option, Errno errno) {
    optionErrnos.put(option, errno.number());
  }

  void requireSettable(SocketOption<?> option) throws ErrnoException {
    Integer errno = optionErrnos.get(option);
    if (errno != null) {
      throw new ErrnoException(errno, null);
    }
  }

  /** The sockets that were made to connect with, the oldest first. */
  List<FakeStreamHandle> streams() {
    return handles.stream()
        .filter(FakeStreamHandle.class::isInstance)
        .map(FakeStreamHandle.class::cast)
        .toList();
  }

  /** The next socket is refused. */
  void refuseSocket(int errno) {
    refusals.add(errno);
  }

  /** Sockets, and the options of those that are there, are not to be had. */
  void lack(String what) {
    lacking = new UnsupportedOperationException(what);
  }

  /** Addresses are not to be had: sockets can be made, but neither listen nor connect. */
  void lackAddresses(String what) {
    lackingAddresses = new UnsupportedOperationException(what);
  }

  void requireAddresses() {
    UnsupportedOperationException lack = lackingAddresses;
    if (lack != null) {
      throw lack;
    }
  }

  void requireNoLack() {
    UnsupportedOperationException lack = lacking;
    if (lack != null) {
      throw lack;
    }
  }

  FakeStreamHandle lastStream() {
    return (FakeStreamHandle) handles.getLast();
  }

  FakeListenHandle lastListener() {
    return (FakeListenHandle) handles.getLast();
  }

  @Override
  public StreamHandle stream(Network network) throws IOException {
    requireNotRefused();
    FakeStreamHandle stream = new FakeStreamHandle(this, network);
    stream.connectResult(connectResult);
    return stream;
  }

  @Override
  public ListenHandle listener(Network network) throws IOException {
    requireNotRefused();
    return new FakeListenHandle(this);
  }

  private void requireNotRefused() throws ErrnoException {
    requireNoLack();
    Integer errno = refusals.poll();
    if (errno != null) {
      throw new ErrnoException(errno, null);
    }
  }

  /** From now on there are pipes with so much room; with 0, none. */
  void lendPipes(int roomBytes) {
    pipeBytes = roomBytes;
  }

  /** Its pipes take bytes of connections only. */
  void refuseFiles() {
    pipesTakeFiles = false;
  }

  @Override
  public boolean pipesTakeFiles() {
    return pipesTakeFiles;
  }

  @Override
  public @Nullable Pipe pipe() {
    if (pipeBytes == 0) {
      return null;
    }
    pipes.incrementAndGet();
    lentPipes.incrementAndGet();
    return new FakePipe(this, pipeBytes);
  }

  @Override
  public int poll(long timeout) throws IOException {
    List<Runnable> completions;
    lock.lock();
    try {
      loopThread = Thread.currentThread();
      timeoutNanos = timeout;
      polls.incrementAndGet();
      await(timeout);
      if (breakage != null) {
        throw breakage;
      }
      notified = false;
      dirty = false;
      completions = collect();
    } finally {
      lock.unlock();
    }
    completions.forEach(Runnable::run);
    return completions.size();
  }

  private void await(long timeout) {
    long until = timeout < 0 ? Long.MAX_VALUE : clock.nanos() + timeout;
    while (!notified && !dirty && breakage == null && clock.nanos() < until) {
      waiting = true;
      lock.unlock();
      LockSupport.park(this);
      lock.lock();
    }
    waiting = false;
  }

  private List<Runnable> collect() {
    List<Runnable> completions = new ArrayList<>(due);
    due.clear();
    for (FakeHandle handle : handles) {
      handle.collect(completions);
    }
    return completions;
  }

  @Override
  public void wakeup() {
    wakeups.incrementAndGet();
    returnSoon();
  }

  // also when time passes: the loop may have looked at the clock just before
  private void returnSoon() {
    lock.lock();
    try {
      notified = true;
      LockSupport.unpark(loopThread);
    } finally {
      lock.unlock();
    }
  }

  /** Something happened in the kernel. Under the lock. */
  void dirty() {
    dirty = true;
    LockSupport.unpark(loopThread);
  }

  /** Something to deliver in the next poll. Under the lock. */
  void due(Runnable completion) {
    due.add(completion);
    dirty();
  }

  @Override
  public void close() {
    requireLoop("Poller.close");
    List<Runnable> completions = new ArrayList<>();
    lock.lock();
    try {
      if (closing) {
        violate("Poller.close called twice");
      }
      closing = true;
      completions.addAll(due);
      due.clear();
      for (FakeHandle handle : handles) {
        handle.abandon(completions);
      }
    } finally {
      lock.unlock();
    }
    completions.forEach(Runnable::run);
    if (slowToClose) {
      LockSupport.parkNanos(50_000_000);
    }
    closed = true;
  }

  void requireLoop(String what) {
    Thread loop = loopThread;
    if (!anyThread && loop != null && Carriers.current() != loop) {
      violate(what + " on " + Carriers.current() + " instead of " + loop);
    }
  }

  void violate(String what) {
    violations.add(what + " at " + List.of(new Throwable().getStackTrace()));
  }
}
