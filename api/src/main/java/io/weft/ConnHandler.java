package io.weft;

/** What a server does with one connection, on a virtual thread of its own. */
@FunctionalInterface
public interface ConnHandler {
  /**
   * Serves the connection. It is closed when this method ends, also by an exception.
   *
   * @param conn the connection
   * @throws Exception anything; it goes to {@link NetConfig#onError()}
   */
  void handle(Conn conn) throws Exception;
}
