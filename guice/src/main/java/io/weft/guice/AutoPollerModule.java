package io.weft.guice;

import com.google.inject.AbstractModule;

/** Lets {@link WeftModule} choose from every adapter that is present. */
public final class AutoPollerModule extends AbstractModule {
  /** Creates the module. */
  public AutoPollerModule() {}

  @Override
  protected void configure() {
    Adapters.bindAll(binder());
  }
}
