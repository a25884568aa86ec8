package io.weft;

import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/**
 * How {@link Net} reaches its implementation. There is one, in this module; users call {@link
 * Net#open()}.
 */
public interface NetProvider {
  /**
   * The provider of this platform.
   *
   * @return the one implementation
   */
  static NetProvider load() {
    return ServiceLoader.load(NetProvider.class, NetProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Opens a net on the pollers that the class path or module path offers.
   *
   * @param config how
   * @return the running net
   * @throws IOException when no poller can be used
   */
  Net open(NetConfig config) throws IOException;

  /**
   * Tries every poller that the class path or module path offers, best first.
   *
   * @return one report each
   */
  List<PollerReport> probe();

  /**
   * Makes a limit of open connections.
   *
   * @param openMax how many
   * @return the limit
   * @throws IllegalArgumentException {@code openMax} is less than 1
   */
  OpenLimit limit(int openMax);
}
