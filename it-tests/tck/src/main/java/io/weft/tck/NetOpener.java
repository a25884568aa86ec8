package io.weft.tck;

import io.weft.Net;
import io.weft.NetConfig;
import java.io.IOException;

/**
 * How the suite opens a net. The configuration parameter {@code weft.tck.opener} names a class that
 * implements this, has a public constructor without parameters, and opens nets of another kind; it
 * serves to run the suite on an implementation of one's own, or on a broken one.
 */
@FunctionalInterface
public interface NetOpener {
  /**
   * Opens a net.
   *
   * @param config poller, scheduling, number of loops and the listener for errors
   * @return the open net
   * @throws IOException it cannot be opened
   */
  Net open(NetConfig config) throws IOException;
}
