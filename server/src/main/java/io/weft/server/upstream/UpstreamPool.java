package io.weft.server.upstream;

import io.weft.Conn;
import io.weft.Net;
import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.Slot.Stage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The upstreams of one service: gives sessions slots, checks the upstreams, and leaves those alone
 * for a while at which sessions fail. An upstream is up until it is shown otherwise.
 *
 * <p>Any thread may call any method. Nothing blocks but {@link #acquire} and {@link Slot#connect}.
 */
public final class UpstreamPool implements AutoCloseable {
  // written under the lock
  private volatile PoolConfig config;
  private final Ports ports;
  // held for short computations only: no dial, no wait, no log
  private final ReentrantLock lock = new ReentrantLock();
  // written under the lock, told without it
  private final Queue<String> news = new ConcurrentLinkedQueue<>();

  // guarded by the lock
  private final Members members;
  private final Admission admission;
  private final Health health;
  private final Checkers checkers;
  private boolean closed;

  /**
   * Creates a pool, which gives slots at once and checks once it is started.
   *
   * @param net dials, and runs the checks
   * @param config how
   * @param upstreams which; may be none
   */
  public UpstreamPool(Net net, PoolConfig config, List<UpstreamSpec> upstreams) {
    this(Ports.of(net, config.dial()), config, upstreams);
  }

  UpstreamPool(Ports ports, PoolConfig config, List<UpstreamSpec> upstreams) {
    this.config = config;
    this.ports = ports;
    this.members = new Members(config);
    this.admission =
        new Admission(
            members, config.balance().policy(ports.random()), each -> new Slot(this, each));
    this.health = new Health(members, admission, ports.time(), news::add);
    this.checkers = new Checkers(config.health(), ports, this::checked);
    members.update(upstreams);
  }

  /** Begins to check the upstreams, each at once. */
  public void start() {
    change(
        () -> {
          if (!closed) {
            checkers.start(members.live());
          }
        });
  }

  /**
   * Gives a slot of an upstream that is up and that the session has not tried. When all of these
   * are at their limits of sessions, waits in turn for one to have room.
   *
   * @return the slot, which the caller closes
   * @throws NoUpstreamException there is nothing to go to, or no room in time
   * @throws InterruptedIOException the thread was interrupted while it waited; its flag is kept
   */
  public Slot acquire(Pick pick) throws IOException {
    Waiter waiter = new Waiter(pick, ports.time().nanos() + config.queue().timeout().toNanos());
    Slot slot = this.<@Nullable Slot, IOException>guarded(() -> enter(waiter));
    while (slot == null) {
      waiter.await(ports.time());
      slot = this.<@Nullable Slot, IOException>guarded(() -> lookAgain(waiter));
    }
    return slot;
  }

  /** How many sessions wait for a slot. */
  public int waiting() {
    return guarded(admission::waiting);
  }

  /** All upstreams of the configuration, and those removed from it that have sessions still. */
  public List<UpstreamStatus> status() {
    return guarded(() -> members.all().map(each -> each.status(ports.time().nanos())).toList());
  }

  /**
   * Gives an upstream another weight until the next {@link #update}.
   *
   * @throws IllegalArgumentException there is no upstream of that name, or the weight is not one
   */
  public void setWeight(String name, int weight) {
    change(
        () -> {
          Upstream upstream = members.named(name);
          upstream.configure(upstream.spec().withWeight(weight));
          admission.changed();
        });
  }

  /**
   * Lets no more sessions go to an upstream; those that it has go on.
   *
   * @throws IllegalArgumentException there is no upstream of that name
   */
  public void disable(String name) {
    enable(name, false);
  }

  /**
   * Lets sessions go to an upstream again.
   *
   * @throws IllegalArgumentException there is no upstream of that name
   */
  public void enable(String name) {
    enable(name, true);
  }

  /**
   * Takes over another list of upstreams. Those that stay, which is those with the same name,
   * network and address, keep all that is known of them; sessions of those that go, go on.
   *
   * @throws IllegalArgumentException two have the same name; nothing has changed
   */
  public void update(List<UpstreamSpec> upstreams) {
    update(config, upstreams);
  }

  /**
   * Takes over another list of upstreams, and another way to choose, reach and check them; of how
   * they are dialled, the timeout. Nothing that is known of them is forgotten.
   *
   * @throws IllegalArgumentException two upstreams have the same name; nothing has changed
   */
  public void update(PoolConfig changed, List<UpstreamSpec> upstreams) {
    change(
        () -> {
          members.update(upstreams);
          configure(changed);
          checkers.follow(members.live());
          admission.changed();
        });
  }

  /**
   * Ends the checks, and the waiting of sessions that wait, and gives no more slots; those that are
   * given may be used. Comes before the shutdown of the net, which waits for the checks' threads.
   */
  @Override
  public void close() {
    change(
        () -> {
          closed = true;
          checkers.stop();
          admission.wakeAll();
        });
  }

  Conn connect(Slot slot) throws IOException {
    if (!guarded(() -> slot.advance(Stage.NEW, Stage.DIALLED))) {
      throw new IllegalStateException("a slot connects once, and not when it is closed");
    }
    Conn conn;
    try {
      conn = ports.dialer().dial(slot.upstream(), config.dial().timeout());
    } catch (IOException | RuntimeException e) {
      change(() -> health.connectFailed(slot.upstream(), e));
      throw e;
    }
    change(
        () -> {
          slot.advance(Stage.DIALLED, Stage.CONNECTED);
          health.connected(slot.upstream());
        });
    return conn;
  }

  void endedEarly(Slot slot) {
    change(
        () -> {
          if (slot.advance(Stage.CONNECTED, Stage.RESET_EARLY)) {
            health.endedEarly(slot.upstream());
          }
        });
  }

  void release(Slot slot) {
    change(
        () -> {
          Stage last = slot.end();
          if (last == Stage.CLOSED) {
            return;
          }
          if (last == Stage.CONNECTED) {
            slot.upstream().ejection().endedWell();
          }
          slot.upstream().leave();
          members.forgetIdle();
          admission.roomForOne();
        });
  }

  private void configure(PoolConfig changed) {
    if (changed.balance() != config.balance()) {
      admission.configure(changed.balance().policy(ports.random()));
    }
    if (!changed.health().equals(config.health())) {
      checkers.configure(changed.health());
    }
    members.configure(changed);
    config = changed;
  }

  private void enable(String name, boolean wanted) {
    change(
        () -> {
          members.named(name).enable(wanted);
          news.add("upstream %s is %s".formatted(name, wanted ? "enabled" : "disabled"));
          admission.changed();
        });
  }

  private long checked(Checker checker, @Nullable Exception failure) {
    return guarded(
        () -> {
          if (checkers.isRunning(checker)) {
            health.checked(checker.upstream(), failure);
          }
          boolean up = checker.upstream().health().isUp();
          return config.health().pace().nextNanos(up, ports.random());
        });
  }

  private @Nullable Slot enter(Waiter waiter) throws NoUpstreamException {
    requireOpen();
    Slot slot = admission.slotFor(waiter.pick());
    if (slot != null) {
      return slot;
    }
    members.requireCandidate(waiter.pick());
    if (!config.queue().hasPlace(admission.waiting())) {
      throw new NoUpstreamException(
          Reason.QUEUE_FULL,
          "every upstream is at its limit of sessions; %d wait, and no more may"
              .formatted(admission.waiting()));
    }
    admission.enqueue(waiter);
    waiter.lookAgainAt(members.nextReturnNanos());
    return null;
  }

  private @Nullable Slot lookAgain(Waiter waiter) throws IOException {
    Slot slot = waiter.slot();
    if (slot != null) {
      return slot;
    }
    try {
      requireHope(waiter);
    } catch (IOException e) {
      admission.leave(waiter);
      throw e;
    }
    waiter.lookAgainAt(members.nextReturnNanos());
    return null;
  }

  private void requireHope(Waiter waiter) throws IOException {
    requireOpen();
    members.requireCandidate(waiter.pick());
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while waiting for an upstream");
    }
    if (ports.time().nanos() >= waiter.deadlineNanos()) {
      throw new NoUpstreamException(
          Reason.QUEUE_TIMEOUT,
          "every upstream was at its limit of sessions for "
              + Spans.text(config.queue().timeout()));
    }
  }

  private void requireOpen() throws NoUpstreamException {
    if (closed) {
      throw new NoUpstreamException(Reason.CLOSED, "the upstreams are closed");
    }
  }

  /** What is done under the lock. */
  private interface Body<T extends @Nullable Object, E extends Exception> {
    T run() throws E;
  }

  private <T extends @Nullable Object, E extends Exception> T guarded(Body<T, E> body) throws E {
    lock.lock();
    try {
      // what has come with time comes first
      health.settle();
      return body.run();
    } finally {
      lock.unlock();
      tellNews();
    }
  }

  private void change(Runnable body) {
    guarded(
        () -> {
          body.run();
          return true;
        });
  }

  private void tellNews() {
    for (String text = news.poll(); text != null; text = news.poll()) {
      ports.news().accept(text);
    }
  }
}
