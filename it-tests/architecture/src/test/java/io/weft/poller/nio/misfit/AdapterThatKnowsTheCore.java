package io.weft.poller.nio.misfit;

import io.weft.core.misfit.CoreWithState;

/** Breaks: an adapter never depends on the core. */
public abstract class AdapterThatKnowsTheCore {
  abstract CoreWithState core();
}
