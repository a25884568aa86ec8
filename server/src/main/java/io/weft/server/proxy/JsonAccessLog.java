package io.weft.server.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes a line of JSON for each session, many at a time, on a thread of its own: a slow disk holds
 * up no loop. When it is too slow for long, sessions that have ended wait for it; no line is lost.
 */
public final class JsonAccessLog implements AccessLog {
  private static final int QUEUE_MAX = 4096;
  // a reader of standard output that reads no more must not keep the process from its end
  private static final int CLOSE_SECONDS = 5;
  private static final Logger LOGGER = System.getLogger(JsonAccessLog.class.getName());

  private final Writer out;
  private final Closeable owned;
  // a session; nothing for the end
  private final BlockingQueue<Optional<SessionRecord>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Thread writer;

  private JsonAccessLog(Writer out, Closeable owned) {
    this.out = out;
    this.owned = owned;
    this.writer = Thread.ofPlatform().name("weft-access-log").daemon().start(this::write);
  }

  /** A log on a stream, which stays open. */
  public static JsonAccessLog on(Writer out) {
    return new JsonAccessLog(out, () -> {});
  }

  /** A log at the end of a file, which is made if it is not there, also when it was rotated. */
  public static JsonAccessLog at(Path file) throws IOException {
    Writer out = new LogFile(file, System::nanoTime);
    return new JsonAccessLog(out, out);
  }

  @Override
  public void ended(SessionRecord session) {
    for (boolean taken = false; !taken && writer.isAlive(); ) {
      taken = uninterrupted(() -> queue.offer(Optional.of(session), 1, TimeUnit.SECONDS));
    }
  }

  @Override
  public void close() {
    if (uninterrupted(() -> queue.offer(Optional.empty(), CLOSE_SECONDS, TimeUnit.SECONDS))) {
      uninterrupted(() -> writer.join(Duration.ofSeconds(CLOSE_SECONDS)));
    }
  }

  /** A wait that tells whether what it waited for came. */
  private interface Wait {
    boolean run() throws InterruptedException;
  }

  private static boolean uninterrupted(Wait wait) {
    boolean interrupted = Thread.interrupted();
    try {
      return wait.run();
    } catch (InterruptedException e) {
      interrupted = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void write() {
    List<Optional<SessionRecord>> batch = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    boolean failing = false;
    try {
      for (boolean ended = false; !ended; ) {
        batch.add(queue.take());
        queue.drainTo(batch);
        batch.forEach(each -> each.ifPresent(session -> lines.append(JsonLine.of(session))));
        ended = batch.stream().anyMatch(Optional::isEmpty);
        failing = !isWritten(lines, failing);
        batch.clear();
        lines.setLength(0);
      }
      owned.close();
    } catch (IOException | InterruptedException e) {
      LOGGER.log(Level.WARNING, "the access log ends: " + e.getMessage());
    }
  }

  // once for each time that it begins to fail
  private boolean isWritten(StringBuilder lines, boolean failing) {
    try {
      out.append(lines).flush();
      return true;
    } catch (IOException e) {
      if (!failing) {
        LOGGER.log(Level.WARNING, "the access log cannot be written: " + e.getMessage());
      }
      return false;
    }
  }
}
