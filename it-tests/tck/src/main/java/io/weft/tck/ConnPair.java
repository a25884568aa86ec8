package io.weft.tck;

import io.weft.Conn;

/**
 * Two ends of one connection.
 *
 * @param client the end that dialled
 * @param server the end that was accepted
 */
record ConnPair(Conn client, Conn server) {
  void close() {
    client.close();
    server.close();
  }
}
