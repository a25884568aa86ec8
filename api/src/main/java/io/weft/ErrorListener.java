package io.weft;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Hears the errors that have no caller to go to: what handlers and observers throw, failed accepts.
 */
@FunctionalInterface
public interface ErrorListener {
  /** Logs to {@link System.Logger} {@code io.weft}: I/O errors at DEBUG, all others at ERROR. */
  ErrorListener LOGGING = ErrorListener::log;

  /**
   * Hears one error. Called on the thread that met it; must not block for long.
   *
   * @param conn the connection whose handler failed, or of which an observer heard; null when there
   *     was none (a failed accept)
   * @param cause what was thrown
   */
  void onError(@Nullable Conn conn, Throwable cause);

  private static void log(@Nullable Conn conn, Throwable cause) {
    System.Logger logger = System.getLogger("io.weft");
    System.Logger.Level level =
        cause instanceof IOException && conn != null
            ? System.Logger.Level.DEBUG
            : System.Logger.Level.ERROR;
    String subject =
        conn != null ? "handler of " + conn : cause instanceof IOException ? "accept" : "observer";
    logger.log(level, () -> subject + ": " + cause.getMessage(), cause);
  }
}
