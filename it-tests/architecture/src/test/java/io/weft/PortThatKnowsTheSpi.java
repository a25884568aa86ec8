package io.weft;

import io.weft.spi.misfit.SpiType;

/** Breaks: the ports for users do not depend on the port for adapters. */
public abstract class PortThatKnowsTheSpi {
  abstract SpiType type();
}
