package io.weft.poller.nio.misfit;

/** A type of an adapter. */
public interface NioType {}
