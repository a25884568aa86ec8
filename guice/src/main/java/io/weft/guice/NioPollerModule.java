package io.weft.guice;

import com.google.inject.AbstractModule;

/** Lets {@link WeftModule} choose {@code nio}; needs {@code weft-poller-nio}. */
public final class NioPollerModule extends AbstractModule {
  /** Creates the module. */
  public NioPollerModule() {}

  @Override
  protected void configure() {
    Adapters.bindNamed(binder(), "nio", "weft-poller-nio");
  }
}
