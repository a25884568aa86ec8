package io.weft;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a {@link Net}: for metrics, traces and records of flights. Set with {@link
 * NetConfig#withObserver}; without one, nothing is paid for it.
 *
 * <p>Of one connection it hears {@link #opened} first, then any number of {@link #received} and
 * {@link #sent}, and {@link #closed} last and exactly once.
 *
 * <p><b>Threads.</b> Every method is called on the thread that met the event, by many threads at
 * the same time, and holds that thread up: it must return soon, and must not wait for anything. A
 * method that hears of bytes is called while the connection's direction is locked, so it must not
 * read or write that connection; closing it is allowed everywhere.
 *
 * <p>What a method throws goes to {@link NetConfig#onError()} and harms nobody.
 */
public interface NetObserver {
  /** Hears nothing: the absent observer. */
  NetObserver NONE = new NetObserver() {};

  /**
   * A connection was accepted or dialled, and is about to be handed out. An observer that closes it
   * here turns it away.
   *
   * @param conn the connection
   */
  default void opened(Conn conn) {}

  /**
   * A read brought bytes.
   *
   * @param conn the connection
   * @param bytes how many; at least 1
   */
  default void received(Conn conn, long bytes) {}

  /**
   * The kernel took bytes of a write, also of one that then failed.
   *
   * @param conn the connection
   * @param bytes how many; at least 1
   */
  default void sent(Conn conn, long bytes) {}

  /**
   * A connection was closed by this end; its descriptor is released.
   *
   * @param conn the connection, whose addresses can still be asked for
   * @param cause the failure that had ended its use: the reset, if there was one, else the first of
   *     a broken pipe, a keep-alive that gave up and the like; null when it was closed in peace
   */
  default void closed(Conn conn, @Nullable IOException cause) {}

  /**
   * {@link Net#serve} could not accept; it goes on after a pause.
   *
   * @param listener the listener
   * @param cause what accept threw
   */
  default void acceptFailed(Listener listener, IOException cause) {}

  /**
   * An event loop has made no turn for at least a second; its other connections wait. Once per
   * stall; also logged, with the culprit's stack.
   *
   * @param loop the loop's name
   * @param culprit the thread that holds it up: a virtual thread that it carries, or its own
   */
  default void loopStalled(String loop, Thread culprit) {}
}
