package io.weft.poller.iouring;

import io.weft.poller.iouring.ring.Kernel;
import io.weft.spi.PollerProvider;
import io.weft.tck.port.PollerPortTck;
import org.junit.jupiter.api.BeforeAll;

/** Goal: the ring keeps every promise of the port. */
class IoUringPortProofTest extends PollerPortTck {
  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @Override
  public PollerProvider provider() {
    return new IoUringPollerProvider();
  }
}
