package io.weft.poller.iouring.misfit;

import io.weft.poller.nio.misfit.NioType;

/** Breaks: an adapter never depends on another. */
public abstract class AdapterThatKnowsOthers {
  abstract NioType other();
}
