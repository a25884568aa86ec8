package io.weft.poller.iouring;

import io.weft.PollerReport;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.spi.Capability;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The front door of the adapter on io_uring.
 *
 * <p>Whether it works is tried, once per process unless it is refused, and not concluded from the
 * kernel's version: a ring with all that it is to be used with, and an echo through it.
 */
public final class IoUringPollerProvider implements PollerProvider {
  private final Supplier<Probe> probe;

  /** Has no effect, as every provider's constructor. */
  public IoUringPollerProvider() {
    this(() -> Probe.here().only(Caps.DEFAULT));
  }

  /** For tests, with a kernel of their own. */
  IoUringPollerProvider(Supplier<Probe> probe) {
    this.probe = probe;
  }

  /** For tests: this kernel as if it had less. */
  static IoUringPollerProvider masked(Set<Feature> features) {
    return new IoUringPollerProvider(() -> Probe.here().only(Caps.DEFAULT.without(features)));
  }

  @Override
  public String name() {
    return Probe.NAME;
  }

  @Override
  public PollerReport report() {
    return probe.get().report();
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Poller open() throws IOException {
    return probe.get().open();
  }
}
