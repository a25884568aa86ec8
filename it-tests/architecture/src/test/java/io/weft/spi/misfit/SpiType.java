package io.weft.spi.misfit;

/** A type of the port for adapters. */
public interface SpiType {}
