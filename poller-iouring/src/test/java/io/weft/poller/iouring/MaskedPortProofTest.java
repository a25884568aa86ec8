package io.weft.poller.iouring;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.spi.PollerProvider;
import io.weft.tck.port.PollerPortTck;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: the ring keeps every promise of the port also without what can be done without. */
@ParameterizedClass
@MethodSource("io.weft.poller.iouring.Masked#masks")
class MaskedPortProofTest extends PollerPortTck {
  @Parameter private Set<Feature> mask = Set.of();

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @Override
  public PollerProvider provider() {
    return IoUringPollerProvider.masked(mask);
  }
}
