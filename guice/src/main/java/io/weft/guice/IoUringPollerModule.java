package io.weft.guice;

import com.google.inject.AbstractModule;

/** Lets {@link WeftModule} choose {@code io_uring}; needs {@code weft-poller-iouring}. */
public final class IoUringPollerModule extends AbstractModule {
  /** Creates the module. */
  public IoUringPollerModule() {}

  @Override
  protected void configure() {
    Adapters.bindNamed(binder(), "io_uring", "weft-poller-iouring");
  }
}
