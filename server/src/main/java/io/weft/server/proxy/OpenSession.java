package io.weft.server.proxy;

import io.weft.server.proxy.SessionRecord.Bytes;
import io.weft.server.proxy.SessionRecord.Destination;
import io.weft.server.proxy.SessionRecord.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A session that goes on.
 *
 * @param from where it comes from
 * @param to where it goes, as far as it has come
 * @param phase how far it has come
 * @param ageNanos how long it goes on
 * @param progress what it has moved
 */
public record OpenSession(
    Origin from, Destination to, Phase phase, long ageNanos, Progress progress) {
  // a direction looks at once, unless its loop is held up
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /**
   * What a session has moved. Moving bytes must cost nothing more for being watched: so the session
   * is asked, and counts as of then.
   *
   * @param bytes what was relayed so far
   * @param idleNanos for how long nothing has moved; less than that by the time since somebody
   *     asked before, or by a quarter of the session's limit of silence
   */
  public record Progress(Bytes bytes, long idleNanos) {}

  /** Looks at sessions, all at the same time. */
  static List<OpenSession> of(List<Session> sessions) throws InterruptedException {
    sessions.forEach(OpenSession::ask);
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    List<OpenSession> seen = new ArrayList<>();
    for (Session session : sessions) {
      seen.add(of(session, endNanos));
    }
    return seen;
  }

  private static void ask(Session session) {
    Relay relay = session.notes().relay();
    if (relay != null) {
      try {
        relay.silence().ask();
      } catch (IOException e) {
        // one of its connections is closed: it is about to end
      }
    }
  }

  private static OpenSession of(Session session, long endNanos) throws InterruptedException {
    Relay relay = session.notes().relay();
    long idleNanos = relay == null ? session.nanos() : relay.silence().idleNanos(endNanos);
    Bytes bytes =
        relay == null
            ? new Bytes(0, 0)
            : new Bytes(relay.up().seenBytes(), relay.down().seenBytes());
    Progress progress = new Progress(bytes, idleNanos);
    return new OpenSession(
        session.notes().from(), session.notes().to(), session.phase(), session.nanos(), progress);
  }
}
