package io.weft.poller.nio;

import io.weft.spi.PollerProvider;
import io.weft.tck.port.PollerPortTck;

/** Goal: the Selector adapter keeps every promise of the port. */
class NioPortProofTest extends PollerPortTck {
  @Override
  public PollerProvider provider() {
    return new NioPollerProvider();
  }
}
