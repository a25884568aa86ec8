package io.weft.guice;

import com.google.inject.AbstractModule;

/** Adds every adapter that is present to those that {@link WeftModule} chooses from, best first. */
public final class AutoPollerModule extends AbstractModule {
  /** Creates the module. */
  public AutoPollerModule() {}

  @Override
  protected void configure() {
    Adapters.bindAll(binder());
  }
}
