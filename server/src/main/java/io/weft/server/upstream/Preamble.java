package io.weft.server.upstream;

import io.weft.Conn;

/**
 * What goes before all else on a connection that is a check, such as a PROXY header. Two that write
 * the same are equal, so that configurations can be compared.
 */
@FunctionalInterface
public interface Preamble {
  /** Nothing. */
  Preamble NONE = _ -> new byte[0];

  /** The bytes for a connection; none for nothing. */
  byte[] bytes(Conn check);
}
