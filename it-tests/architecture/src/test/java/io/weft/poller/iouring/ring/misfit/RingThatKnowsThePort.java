package io.weft.poller.iouring.ring.misfit;

import io.weft.spi.misfit.SpiType;

/** Breaks: what a ring is does not depend on what it is used for. */
public abstract class RingThatKnowsThePort {
  abstract SpiType port();
}
