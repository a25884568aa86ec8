package io.weft.core;

import io.weft.Scheduling;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The loops of a net: starts them, deals connections out to them, stops them. */
final class LoopGroup {
  private static final Duration JOIN_BOUND = Duration.ofSeconds(5);

  private final Scheduling scheduling;
  private final Clock clock;
  private final List<Loop> loops = new ArrayList<>();
  // accepted connections have a turn of their own: a client and a server in one net would else send
  // every second connection, that is all of one side, to the same loop
  private final AtomicInteger acceptTurn = new AtomicInteger();
  private final AtomicInteger turn = new AtomicInteger();
  // runs what is left of the threads that loops carried, once those have ended; its queue has no
  // lock, for which these threads could queue before it
  private final ThreadPoolExecutor rescue =
      new ThreadPoolExecutor(
          1,
          1,
          100,
          TimeUnit.MILLISECONDS,
          new LinkedTransferQueue<>(),
          task -> Thread.ofPlatform().daemon().name("weft-rescue").unstarted(task));

  private LoopGroup(Scheduling scheduling, Clock clock) {
    this.scheduling = scheduling;
    this.clock = clock;
    rescue.allowCoreThreadTimeOut(true);
  }

  /** What will carry the threads, given what was asked for. */
  static Scheduling schedulingFor(Scheduling asked) throws IOException {
    if (asked == Scheduling.ON_LOOP && !Carriers.possible()) {
      throw NetErrors.notOpened("scheduling on-loop is not possible: " + missingFlag());
    }
    return asked == Scheduling.AUTO
        ? (Carriers.possible() ? Scheduling.ON_LOOP : Scheduling.JDK)
        : asked;
  }

  /** Opens one poller per loop and starts the loops; all of them, or none. */
  static LoopGroup start(PollerProvider provider, int count, Scheduling scheduling, Clock clock)
      throws IOException {
    initialiseJdk();
    LoopGroup group = new LoopGroup(scheduling, clock);
    int cpus = Runtime.getRuntime().availableProcessors();
    int automatic = scheduling == Scheduling.ON_LOOP ? cpus : Math.max(1, cpus / 4);
    int wanted = count == 0 ? automatic : count;
    try {
      for (int i = 0; i < wanted; i++) {
        String name = "weft-" + provider.name() + "-" + i;
        Poller poller = provider.open();
        group.loops.add(new Loop(name, poller, clock, group.rescue, scheduling));
      }
    } catch (IOException e) {
      group.closePollers();
      throw NetErrors.notOpened(e);
    } catch (RuntimeException e) {
      group.closePollers();
      throw e;
    }
    group.loops.forEach(Loop::start);
    return group;
  }

  private void closePollers() {
    for (Loop loop : loops) {
      loop.poller().close();
    }
  }

  // The JDK starts the threads of its own poller on the scheduler of whoever needs it first. If
  // that were a thread carried by a loop, they would be carried by it as well. And the first use of
  // a logger, which reads its configuration, would hold a loop up.
  private static void initialiseJdk() {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("weft-init")
            .start(
                () -> {
                  System.getLogger("io.weft").isLoggable(System.Logger.Level.DEBUG);
                  try {
                    Class.forName("sun.nio.ch.Poller");
                  } catch (ClassNotFoundException e) {
                    // a JDK with another poller has no such threads
                  }
                });
    Uninterrupted.join(thread);
  }

  Scheduling scheduling() {
    return scheduling;
  }

  String schedulingReason() {
    if (scheduling == Scheduling.ON_LOOP) {
      return "loops carry the virtual threads (java.base/java.lang is open to Weft)";
    }
    return Carriers.possible()
        ? "the JDK's scheduler carries the virtual threads, as configured"
        : missingFlag();
  }

  private static String missingFlag() {
    return "loops cannot carry virtual threads without the flag " + Carriers.flag();
  }

  Clock clock() {
    return clock;
  }

  int count() {
    return loops.size();
  }

  List<Loop> all() {
    return loops;
  }

  boolean contains(Loop loop) {
    return loops.contains(loop);
  }

  /** The loop of the next accepted connection: all in turn, but for those that have died. */
  Loop nextAccepting() {
    return next(acceptTurn);
  }

  // a dead one when there is no other
  private Loop next(AtomicInteger turn) {
    Loop loop = loops.getFirst();
    for (int i = 0; i < loops.size(); i++) {
      loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
      if (!loop.hasEnded()) {
        break;
      }
    }
    return loop;
  }

  /** The loop that carries the caller, if it is one of these, else the next. */
  Loop own() {
    Loop current = scheduling == Scheduling.ON_LOOP ? Loop.current() : null;
    return current != null && loops.contains(current) ? current : next(turn);
  }

  /** All listeners, connections and dials. */
  List<Polled> handles() {
    List<Polled> all = new ArrayList<>();
    for (Loop loop : loops) {
      all.addAll(loop.handles().all());
    }
    return all;
  }

  /** Closes them all: first begins every close, then waits for every release. */
  void closeHandles() {
    List<Polled> all = handles();
    List<Release> releases = new ArrayList<>(all.size());
    for (Polled handle : all) {
      releases.add(handle.beginClose());
    }
    long start = System.nanoTime();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).awaitClose(releases.get(i), Release.BOUND_NANOS - (System.nanoTime() - start));
    }
  }

  /** Ends the loops; waits for them unless one of them carries the caller. */
  void stop() {
    loops.forEach(Loop::stop);
    Loop current = Loop.current();
    if (current != null && loops.contains(current)) {
      return;
    }
    long start = System.nanoTime();
    for (Loop loop : loops) {
      Uninterrupted.await(
          () -> loop.thread().join(JOIN_BOUND.minusNanos(System.nanoTime() - start)));
    }
  }
}
