package io.weft.core;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the parts of an address mean. Blocks the calling thread, which may not be a loop.
 */
interface Lookup {
  /** The addresses of a host, in the order in which to try them; at least one. */
  InetAddress[] hosts(String name) throws IOException;

  /** The TCP port of a service, or 0 when nobody knows the name. */
  int port(String service) throws IOException;

  /** The address within a zone, an interface's name or index; null when there is no such one. */
  @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException;
}
