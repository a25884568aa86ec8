package io.weft.guice;

import com.google.inject.AbstractModule;

/** Lets {@link WeftModule} choose {@code epoll}; needs {@code weft-poller-epoll-jni}. */
public final class EpollPollerModule extends AbstractModule {
  /** Creates the module. */
  public EpollPollerModule() {}

  @Override
  protected void configure() {
    Adapters.bindNamed(binder(), "epoll", "weft-poller-epoll-jni");
  }
}
