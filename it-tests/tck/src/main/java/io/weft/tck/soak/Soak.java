package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.Net;
import io.weft.Network;
import io.weft.tck.soak.Session.Leg;
import io.weft.tck.soak.Tally.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Traffic on one net: sessions come and go, each with one or two connections, that send, echo and
 * relay streams in pieces of all sizes, while deadlines, interrupts, half-closes, closes, resets
 * and new listeners come between. Every byte is compared where it arrives, and of those streams
 * that nobody has cut, the count.
 *
 * <p>The seed fixes what is done; when it happens is the scheduler's matter.
 */
public final class Soak implements AutoCloseable {
  private static final int SESSIONS_MAX = 48;
  private static final int SESSIONS_PER_LISTENER = 100;
  private static final int PAUSE_NANOS = 2_000_000;
  private static final long STEP_NANOS = 1_000_000;

  private final long seed;
  private final Random random;
  private final Tally tally = new Tally();
  private final Crew crew;
  private final Stage stage;
  private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();
  private final Semaphore free = new Semaphore(SESSIONS_MAX);
  private int started;
  private volatile boolean over;

  /** Where listeners can be. */
  @FunctionalInterface
  public interface Addresses {
    /**
     * An address that is free.
     *
     * @param network for which network
     * @return the address as text
     * @throws IOException there is none
     */
    String free(Network network) throws IOException;
  }

  /**
   * Prepares the traffic.
   *
   * @param net where it is
   * @param addresses where its listeners can be
   * @param seed the seed of all that is random
   * @throws IOException a listener or a file cannot be made
   */
  public Soak(Net net, Addresses addresses, long seed) throws IOException {
    this.seed = seed;
    random = new Random(seed);
    crew = new Crew(net, tally);
    Doors.Opener opener =
        network -> {
          tally.add(Event.LISTENERS, 1);
          return new Door(net.listen(network.toString(), addresses.free(network)), tally);
        };
    Doors doors = new Doors(opener, crew, conn -> crew.serve(conn, () -> serve(conn)));
    stage = new Stage(net, new Bytes(seed), tally, crew, doors);
    doors.openAll();
  }

  /**
   * Starts sessions for a time, and leaves them.
   *
   * @param time for how long
   * @param patience how long all sessions may be busy
   * @throws IOException a listener cannot be made
   * @throws InterruptedException the caller was interrupted
   */
  public void run(Duration time, Duration patience) throws IOException, InterruptedException {
    Thread.ofPlatform().name("weft-soak-mischief").start(this::disturb);
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos() && crew.failure() == null) {
      if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        crew.fail("no session ends any more: " + sessions.values(), null);
        return;
      }
      Session session = new Session(started++, seed);
      sessions.put(session.number(), session);
      crew.start(session, random, () -> converse(session));
      if (random.nextInt(SESSIONS_PER_LISTENER) == 0) {
        stage.doors().replaceOne(random);
      }
    }
  }

  /**
   * Waits for the end of all sessions, and ends the listeners and the mischief.
   *
   * @param patience for how long
   * @throws InterruptedException the caller was interrupted
   */
  public void drain(Duration patience) throws InterruptedException {
    long start = System.nanoTime();
    if (!free.tryAcquire(SESSIONS_MAX, patience.toMillis(), TimeUnit.MILLISECONDS)) {
      crew.fail("these do not end: " + sessions.values(), null);
    }
    over = true;
    stage.doors().closeAll();
    while (crew.working() > 0 && crew.failure() == null) {
      if (System.nanoTime() - start > patience.toNanos()) {
        crew.fail(crew.working() + " threads do not end", null);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Fails with what first went wrong. */
  public void verify() {
    AssertionError failure = crew.failure();
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends the mischief. From now on everything may end: the net is about to be closed. */
  @Override
  public void close() throws IOException {
    crew.abandon();
    over = true;
    stage.bytes().close();
  }

  /**
   * What has happened.
   *
   * @return counts by the name of what is counted
   */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    tally
        .counts()
        .forEach((event, count) -> counts.put(event.name().toLowerCase(Locale.ROOT), count));
    return counts;
  }

  private void converse(Session session) throws IOException {
    try {
      new Client(stage, session, 0).run();
    } finally {
      tally.add(Event.SESSIONS, 1);
      sessions.remove(session.number());
      free.release();
    }
  }

  private void serve(Conn conn) {
    try {
      Header header = Header.read(conn);
      if (header != null) {
        serve(conn, header);
      }
    } catch (IOException e) {
      // its client knows whether that is as it should be
    }
  }

  private void serve(Conn conn, Header header) {
    Session session = sessions.get(header.session());
    if (session != null) {
      Leg leg = session.leg(header.leg());
      leg.settle();
      session.add(conn);
      session.add(Thread.currentThread());
      Server server = new Server(stage, session, conn);
      crew.take(session, leg.isOnward() ? server::sink : server::run);
    }
  }

  private void disturb() {
    Random choice = new Random(~seed);
    Mischief mischief = new Mischief(choice);
    while (!over) {
      try {
        for (Session session : sessions.values()) {
          mischief.disturb(session);
        }
        mischief.disturb(stage.doors().any(choice));
      } catch (IOException e) {
        crew.fail("a disturbance failed", e);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
