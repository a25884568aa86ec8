package io.weft.tck.port;

import io.weft.Network;

/**
 * In what way a test runs.
 *
 * @param network the kind of its sockets
 * @param foreign whether it calls operations on a thread that is not the loop's
 */
public record PortVariant(Network network, boolean foreign) {
  @Override
  public String toString() {
    return network + (foreign ? ", from another thread" : ", on the loop");
  }
}
