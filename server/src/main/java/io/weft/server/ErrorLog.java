package io.weft.server;

import io.weft.Conn;
import io.weft.ErrorListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Logs failed accepts in a line each, at most one a second; all other errors as is usual. */
final class ErrorLog implements ErrorListener {
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOGGER = System.getLogger("io.weft");

  // guarded by this
  private long lastNanos = System.nanoTime() - PAUSE_NANOS;
  private long untold;

  @Override
  public void onError(@Nullable Conn conn, Throwable cause) {
    if (conn == null && cause instanceof IOException) {
      acceptFailed(cause);
    } else {
      LOGGING.onError(conn, cause);
    }
  }

  private synchronized void acceptFailed(Throwable cause) {
    long now = System.nanoTime();
    if (now - lastNanos < PAUSE_NANOS) {
      untold++;
      return;
    }
    String others = untold == 0 ? "" : " (and " + untold + " times before)";
    LOGGER.log(Level.WARNING, cause.getMessage() + others);
    lastNanos = now;
    untold = 0;
  }
}
