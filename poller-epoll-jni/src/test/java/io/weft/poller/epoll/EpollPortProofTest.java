package io.weft.poller.epoll;

import io.weft.spi.PollerProvider;
import io.weft.tck.port.PollerPortTck;

/** Goal: the epoll adapter keeps every promise of the port. */
class EpollPortProofTest extends PollerPortTck {
  @Override
  public PollerProvider provider() {
    return new EpollProvider();
  }
}
