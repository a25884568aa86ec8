package io.weft;

import java.io.IOException;
import java.util.List;

/**
 * How {@link Net} reaches its implementation. There is one, in this module; users call {@link
 * Net#open()}.
 */
public interface NetProvider {
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
}
