package io.weft.poller.iouring;

import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.spi.PollerProvider;
import io.weft.tck.port.PollerPortTck;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: the ring keeps every promise of the port also without what can be done without, and with
 * more than is used.
 */
@ParameterizedClass
@MethodSource("io.weft.poller.iouring.Masked#caps")
class MaskedPortProofTest extends PollerPortTck {
  @Parameter private Caps caps = Caps.DEFAULT;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @Override
  public PollerProvider provider() {
    return new IoUringPollerProvider(() -> Probe.here().only(caps));
  }
}
