package io.weft.server.proxy;

/** Hears of every session when it has ended. */
@FunctionalInterface
public interface AccessLog extends AutoCloseable {
  /** Nobody hears of them. */
  AccessLog NONE = _ -> {};

  /** Called on the session's thread, which may wait here: it holds no carrier. */
  void ended(SessionRecord session);

  /** Returns when everything is written that was heard. */
  @Override
  default void close() {}
}
