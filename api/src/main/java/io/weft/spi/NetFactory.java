package io.weft.spi;

import io.weft.Net;
import io.weft.NetConfig;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/** How containers and tests open a net on providers of their own choice. */
public interface NetFactory {
  /**
   * The factory of this platform.
   *
   * @return the one implementation
   */
  static NetFactory load() {
    return ServiceLoader.load(NetFactory.class, NetFactory.class.getClassLoader())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Opens a net on the given pollers only.
   *
   * @param config how
   * @param providers the pollers to choose from; auto considers them in its own order, those that
   *     it does not know last
   * @return the running net
   * @throws io.weft.PollerUnavailableException when the named poller, or each, cannot be used
   * @throws IOException when the poller cannot be started
   */
  Net open(NetConfig config, List<PollerProvider> providers) throws IOException;
}
