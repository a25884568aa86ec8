package io.weft.core;

import io.weft.Conn;
import io.weft.ErrorListener;
import io.weft.Listener;
import io.weft.NetConfig;
import io.weft.NetObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a net's observer what happens, and keeps what it throws away from whoever tells. A net
 * without an observer has none: null is one comparison on the way of a read.
 */
final class Observation {
  private final NetObserver observer;
  private final ErrorListener onError;

  private Observation(NetObserver observer, ErrorListener onError) {
    this.observer = observer;
    this.onError = onError;
  }

  /** Null when nobody observes. */
  static @Nullable Observation of(NetConfig config) {
    NetObserver observer = config.observer();
    return observer == NetObserver.NONE ? null : new Observation(observer, config.onError());
  }

  void opened(Conn conn) {
    try {
      observer.opened(conn);
    } catch (RuntimeException | Error e) {
      report(conn, e);
    }
  }

  void received(Conn conn, long bytes) {
    try {
      observer.received(conn, bytes);
    } catch (RuntimeException | Error e) {
      report(conn, e);
    }
  }

  void sent(Conn conn, long bytes) {
    try {
      observer.sent(conn, bytes);
    } catch (RuntimeException | Error e) {
      report(conn, e);
    }
  }

  void closed(Conn conn, @Nullable IOException cause) {
    try {
      observer.closed(conn, cause);
    } catch (RuntimeException | Error e) {
      report(conn, e);
    }
  }

  void acceptFailed(Listener listener, IOException cause) {
    try {
      observer.acceptFailed(listener, cause);
    } catch (RuntimeException | Error e) {
      report(null, e);
    }
  }

  void loopStalled(String loop, Thread culprit) {
    try {
      observer.loopStalled(loop, culprit);
    } catch (RuntimeException | Error e) {
      report(null, e);
    }
  }

  private void report(@Nullable Conn conn, Throwable failure) {
    try {
      onError.onError(conn, failure);
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
      ErrorListener.LOGGING.onError(conn, failure);
    }
  }
}
