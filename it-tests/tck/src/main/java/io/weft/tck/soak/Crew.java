package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.Net;
import io.weft.tck.soak.Tally.Event;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads of a soak, and what goes wrong on them. */
final class Crew {
  private final Net net;
  private final Tally tally;
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicReference<@Nullable AssertionError> failure = new AtomicReference<>();
  private volatile boolean abandoned;

  Crew(Net net, Tally tally) {
    this.net = net;
    this.tally = tally;
  }

  /** Everything may end now. */
  void abandon() {
    abandoned = true;
  }

  int working() {
    return working.get();
  }

  @Nullable AssertionError failure() {
    return failure.get();
  }

  void fail(String what, @Nullable Throwable cause) {
    failure.compareAndSet(null, new AssertionError(what, cause));
  }

  /** Has a step of a session made, on a loop or on a platform thread. */
  Worker start(Session session, Random random, Step step) {
    return start(random.nextInt(5) == 0, () -> run(session, step));
  }

  /** Has a step made that belongs to no session; what it throws is a failure. */
  void start(Step step) {
    start(
        false,
        () -> {
          try {
            step.run();
          } catch (IOException | RuntimeException | AssertionError e) {
            failUnlessAbandoned("not in a session", e);
          }
        });
  }

  private Worker start(boolean onPlatform, Runnable body) {
    Worker worker = new Worker();
    working.incrementAndGet();
    Runnable task =
        () -> {
          try {
            body.run();
          } finally {
            end(worker);
          }
        };
    try {
      if (onPlatform) {
        Thread.ofPlatform().name("weft-soak-worker").start(task);
      } else {
        net.go(task);
      }
    } catch (RejectedExecutionException e) {
      failUnlessAbandoned("a thread was refused", e);
      end(worker);
    }
    return worker;
  }

  private void end(Worker worker) {
    working.decrementAndGet();
    worker.end();
  }

  /** Has an accepted connection served by a thread of its own loop, which closes it. */
  void serve(Conn conn, Step step) {
    working.incrementAndGet();
    try {
      net.go(
          conn,
          c -> {
            try {
              step.run();
            } finally {
              working.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      working.decrementAndGet();
      conn.close();
      failUnlessAbandoned("a connection was refused", e);
    }
  }

  private void run(Session session, Step step) {
    session.add(Thread.currentThread());
    take(session, step);
  }

  /** Makes a step of a session; its end is judged, and not thrown. */
  void take(Session session, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      ended(session, e);
    } catch (RuntimeException | AssertionError e) {
      failUnlessAbandoned(session.toString(), e);
    }
  }

  /** A connection has failed: as it should, or as it should not. */
  void ended(Session session, IOException e) {
    if (session.isDisturbed() || abandoned) {
      tally.add(Event.CUT, 1);
      session.disturb();
    } else {
      fail(session.toString(), e);
    }
  }

  void receiveAll(Session session, Receiver receiver) throws IOException {
    if (!receiver.receive() && !session.isDisturbed() && !abandoned) {
      fail("after " + receiver.received() + " bytes ended " + session, null);
    }
  }

  private void failUnlessAbandoned(String what, Throwable cause) {
    if (!abandoned || cause instanceof AssertionError) {
      fail(what, cause);
    }
  }
}
