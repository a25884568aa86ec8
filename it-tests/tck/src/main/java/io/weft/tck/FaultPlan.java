package io.weft.tck;

import io.weft.spi.Errno;
import io.weft.spi.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a case orders of the kernel in advance, and what came of it. Any thread. */
final class FaultPlan {
  /** What the kernel is asked for. */
  enum Call {
    /** A socket to connect with. */
    DIALLING_SOCKET,
    /** A socket to listen on. */
    LISTENING_SOCKET,
    /** Binding and listening. */
    LISTEN,
    /** A connection of the queue. */
    ACCEPT,
    /** Taking over what was accepted. */
    ADOPT,
    /** A connect. */
    CONNECT,
    /** A receive. */
    READ,
    /** A wait for readability. */
    READABLE,
    /** A send. */
    WRITE,
    /** A pipe, of which there is none then. */
    PIPE,
    /** A receive into a pipe. */
    PIPED_READ,
    /** A send of what is in a pipe. */
    PIPED_WRITE
  }

  /**
   * A socket at the moment when it listened.
   *
   * @param address where
   * @param backlogMax what was asked for
   * @param reuseAddress the option
   */
  record Listening(SocketAddress address, int backlogMax, boolean reuseAddress) {}

  private final Map<Call, Queue<Errno>> errors = new ConcurrentHashMap<>();
  private final Queue<Integer> writeBytes = new ConcurrentLinkedQueue<>();
  private final Set<Call> heldBack = ConcurrentHashMap.newKeySet();
  private final List<Poller> pollers = new CopyOnWriteArrayList<>();
  private final List<Listening> listenings = new CopyOnWriteArrayList<>();
  private final AtomicInteger spuriousLeft = new AtomicInteger();
  private final AtomicInteger heldCount = new AtomicInteger();
  private final AtomicInteger gatherCount = new AtomicInteger();
  private final AtomicInteger waitingWriteCount = new AtomicInteger();
  private final AtomicInteger fullCount = new AtomicInteger();
  private final AtomicLong pipedBytes = new AtomicLong();
  private volatile int writeBytesMax = Integer.MAX_VALUE;
  private volatile @Nullable IOException breakage;

  /** The next calls fail so before they reach the kernel. */
  FaultPlan fail(Call call, int count, Errno errno) {
    errorsOf(call).addAll(Collections.nCopies(count, errno));
    return this;
  }

  /** The kernel takes at most so many bytes of every write. */
  FaultPlan takeAtMost(int bytes) {
    writeBytesMax = bytes;
    return this;
  }

  /** The kernel takes at most so many bytes of the next write, and of those after it. */
  FaultPlan takeNext(int... bytes) {
    for (int count : bytes) {
      writeBytes.add(count);
    }
    return this;
  }

  /** A write fails so, after those that {@link #takeNext} orders. */
  FaultPlan thenFail(Errno errno) {
    writeBytes.add(-errno.number());
    return this;
  }

  /** So many waits for reads, writes and accepts end although nothing has come. */
  FaultPlan wakeSpuriously(int count) {
    spuriousLeft.set(count);
    pollers.forEach(Poller::wakeup);
    return this;
  }

  /** A call that has had to wait is told its success at the moment when it is cancelled. */
  FaultPlan holdBack(Call call) {
    heldBack.add(call);
    return this;
  }

  /** From now on calls are told their success at once. */
  void holdNothingBack() {
    heldBack.clear();
  }

  /** From now on every wait of every poller fails. */
  void breakAll(IOException cause) {
    breakage = cause;
    pollers.forEach(Poller::wakeup);
  }

  boolean hasFaultsLeft() {
    return errors.values().stream().anyMatch(queue -> !queue.isEmpty())
        || !writeBytes.isEmpty()
        || spuriousLeft.get() > 0;
  }

  /** How many successes have been held back so far. */
  int heldCount() {
    return heldCount.get();
  }

  /** How many writes of several buffers the kernel was asked for. */
  int gatherCount() {
    return gatherCount.get();
  }

  /** How many writes had no result at once. */
  int waitingWriteCount() {
    return waitingWriteCount.get();
  }

  /** How many times a write has found no room. */
  int fullCount() {
    return fullCount.get();
  }

  /** How much was received into pipes. */
  long pipedBytes() {
    return pipedBytes.get();
  }

  List<Listening> listenings() {
    return listenings;
  }

  // what follows is asked by the faulty adapter

  void join(Poller poller) {
    pollers.add(poller);
  }

  void throwIfBroken() throws IOException {
    IOException cause = breakage;
    if (cause != null) {
      throw cause;
    }
  }

  /** 0, or the negated errno that this call is to give. */
  int error(Call call) {
    Errno errno = errorsOf(call).poll();
    return errno == null ? 0 : -errno.number();
  }

  /** What the kernel takes at most of a write that begins now, or the negated errno it gives. */
  int writeBytes() {
    Integer next = writeBytes.poll();
    return next == null ? writeBytesMax : next;
  }

  /** Whether writes may be short. */
  boolean shortensWrites() {
    return writeBytesMax != Integer.MAX_VALUE || !writeBytes.isEmpty();
  }

  boolean holdsBack(Call call) {
    return heldBack.contains(call);
  }

  void held() {
    heldCount.incrementAndGet();
  }

  void gathered() {
    gatherCount.incrementAndGet();
  }

  void writeWaits() {
    waitingWriteCount.incrementAndGet();
  }

  void wasFull() {
    fullCount.incrementAndGet();
  }

  void piped(int bytes) {
    pipedBytes.addAndGet(bytes);
  }

  void listened(Listening listening) {
    listenings.add(listening);
  }

  boolean isSpurious() {
    return spuriousLeft.get() > 0;
  }

  /** Takes one of the spurious wake-ups that were ordered. */
  boolean takeSpurious() {
    return spuriousLeft.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
  }

  private Queue<Errno> errorsOf(Call call) {
    return errors.computeIfAbsent(call, c -> new ConcurrentLinkedQueue<>());
  }
}
