package io.weft.core;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.DialConfig;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.LoopCounts;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.OpenLimit;
import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.Scheduling;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Net}: a group of loops, and what lives on them. */
final class PolledNet implements Net {
  // how long close waits for handlers, before it interrupts them and again after that
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final NetConfig config;
  private final PollerReport report;
  private final LoopGroup loops;
  private final Threads threads;
  private final Offload offload = new Offload();
  private final Sockets sockets;
  private final Dialer dialer;
  private final LoopWatch watch;
  private final @Nullable Observation observation;
  private final AtomicBoolean closed = new AtomicBoolean();

  private PolledNet(NetConfig config, PollerReport report, LoopGroup loops) {
    this.config = config;
    this.report = report;
    this.loops = loops;
    this.threads = new Threads(loops.scheduling());
    this.observation = Observation.of(config);
    this.watch = new LoopWatch(loops.all(), threads, this::stalled);
    BufferPool pool = new BufferPool(config.bufferBytes(), 256);
    this.sockets =
        new Sockets(loops, new PolledConn.Wiring(pool, offload, observation), closed::get);
    this.dialer = new Dialer(loops, threads, sockets);
  }

  static Net open(NetConfig config, List<PollerProvider> providers, Clock clock)
      throws IOException {
    Scheduling scheduling = LoopGroup.schedulingFor(config.loops().scheduling());
    boolean onLoop = scheduling == Scheduling.ON_LOOP;
    Map<PollerProvider, PollerReport> failed = new HashMap<>();
    for (; ; ) {
      PollerSelection selection =
          PollerSelection.choose(config.poller(), providers, onLoop, failed);
      PollerProvider provider = selection.provider();
      try {
        LoopGroup loops = LoopGroup.start(provider, config.loops().count(), scheduling, clock);
        PolledNet net = new PolledNet(config, selection.report(), loops);
        net.watch.start();
        return net;
      } catch (PollerUnavailableException e) {
        if (!config.poller().name().equals(NetConfig.AUTO)) {
          throw e;
        }
        // it works, but not for so many loops
        failed.put(
            provider, new PollerReport(provider.name(), false, String.valueOf(e.getMessage()), ""));
      }
    }
  }

  private void stalled(Loop loop, Thread culprit) {
    LoopWatch.log(loop, culprit);
    if (observation != null) {
      observation.loopStalled(loop.thread().getName(), culprit);
    }
  }

  @Override
  public PollerReport poller() {
    return report;
  }

  @Override
  public Scheduling scheduling() {
    return loops.scheduling();
  }

  @Override
  public String schedulingReason() {
    return loops.schedulingReason();
  }

  @Override
  public int loops() {
    return loops.count();
  }

  @Override
  public List<LoopCounts> loopCounts() {
    return loops.all().stream().map(Loop::counts).toList();
  }

  @Override
  public Listener listen(String network, String address, ListenConfig listenConfig)
      throws IOException {
    Objects.requireNonNull(listenConfig, "config");
    Network kind = Target.network("listen", network);
    Polled.Endpoint endpoint = new Polled.Endpoint(kind, null, null);
    requireOpen(endpoint, "listen");
    Target target = Target.toListen(kind, address, offload.lookup(endpoint, "listen", Clock.NEVER));
    return sockets.listen(kind, target, listenConfig);
  }

  @Override
  public Conn dial(String network, String address, DialConfig dialConfig) throws IOException {
    Objects.requireNonNull(dialConfig, "config");
    Network kind = Target.network("dial", network);
    Polled.Endpoint endpoint = new Polled.Endpoint(kind, null, null);
    requireOpen(endpoint, "dial");
    long startNanos = loops.clock().nanos();
    long deadlineNanos = dialer.deadlineNanos(dialConfig.limits());
    List<Target> targets =
        Target.toDial(kind, address, offload.lookup(endpoint, "dial", deadlineNanos - startNanos));
    return dialer.dial(kind, targets, dialConfig, deadlineNanos);
  }

  @Override
  public Thread go(Runnable task) {
    return threads.start("weft-", loops.own(), task);
  }

  @Override
  public Thread go(Conn conn, ConnHandler handler) {
    return start(own(conn), handler, () -> {});
  }

  private Thread start(PolledConn conn, ConnHandler handler, Runnable ended) {
    return threads.start(
        "conn-",
        conn.loop(),
        () -> {
          try {
            handle(conn, handler);
          } finally {
            ended.run();
          }
        });
  }

  private void handle(PolledConn conn, ConnHandler handler) {
    try (conn) {
      handler.handle(conn);
    } catch (Throwable e) {
      config.onError().onError(conn, e);
    }
  }

  @Override
  public <T extends @Nullable Object> T offload(Callable<? extends T> task) throws Exception {
    return offload.call(Objects.requireNonNull(task, "task"));
  }

  @Override
  public void serve(Listener listener, ConnHandler handler, OpenLimit limit) throws IOException {
    if (!(Objects.requireNonNull(limit, "limit") instanceof Places places)) {
      throw new IllegalArgumentException("not made by OpenLimit.of: " + limit);
    }
    AcceptLoop.Starter starter = (conn, ended) -> start(own(conn), handler, ended);
    new AcceptLoop(own(listener), config.onError(), observation, starter, places).run(threads);
  }

  @Override
  public boolean shutdown(Duration timeout) throws InterruptedException {
    try {
      for (Polled handle : loops.handles()) {
        if (handle instanceof PolledListener) {
          handle.closeHandle();
        }
      }
      return threads.joinOthers(timeout);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    threads.refuse();
    loops.closeHandles();
    offload.close();
    if (!joinThreads()) {
      threads.interruptOthers();
      joinThreads();
    }
    watch.stop();
    loops.stop();
  }

  private boolean joinThreads() {
    return Uninterrupted.await(() -> threads.joinOthers(GRACE));
  }

  private void requireOpen(Polled.Endpoint endpoint, String op) throws IOException {
    if (closed.get()) {
      throw NetErrors.closed(endpoint, op, false);
    }
  }

  private PolledConn own(Conn conn) {
    if (conn instanceof PolledConn polled && loops.contains(polled.loop())) {
      return polled;
    }
    throw new IllegalArgumentException("not a connection of this net: " + conn);
  }

  private PolledListener own(Listener listener) {
    if (listener instanceof PolledListener polled && loops.contains(polled.loop())) {
      return polled;
    }
    throw new IllegalArgumentException("not a listener of this net: " + listener);
  }
}
