package io.weft.server.admin;

import io.weft.Listener;
import io.weft.NetError;
import io.weft.NetObserver;
import io.weft.server.jfr.LoopStallEvent;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a net meets that no session hears of. Of bytes it hears nothing. */
public final class NetWatch implements NetObserver {
  private final Map<AcceptFailure, LongAdder> acceptFailures = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> stalls = new ConcurrentHashMap<>();

  /** Nothing has happened yet. */
  public NetWatch() {}

  /**
   * A way in which accepts fail.
   *
   * @param listener the address that was bound
   * @param error the errno's name, or that of the exception
   */
  record AcceptFailure(String listener, String error) {}

  @Override
  public void acceptFailed(Listener listener, IOException cause) {
    String errno = cause instanceof NetError error ? error.errnoName() : "";
    String error = errno.isEmpty() ? cause.getClass().getSimpleName() : errno;
    AcceptFailure failure = new AcceptFailure(SocketUrl.of(listener).toString(), error);
    acceptFailures.computeIfAbsent(failure, _ -> new LongAdder()).increment();
  }

  @Override
  public void loopStalled(String loop, Thread culprit) {
    stalls.computeIfAbsent(loop, _ -> new LongAdder()).increment();
    LoopStallEvent event = new LoopStallEvent();
    event.loop = loop;
    event.culprit = culprit.toString();
    event.commit();
  }

  Map<AcceptFailure, LongAdder> acceptFailures() {
    return acceptFailures;
  }

  Map<String, LongAdder> stalls() {
    return stalls;
  }
}
