package io.weft.server.proxy;

import com.google.inject.AbstractModule;

/** Binds a proxy; the net is bound elsewhere. */
public final class ProxyModule extends AbstractModule {
  private final ProxyConfig config;
  private final AccessLog log;

  /**
   * A module for one proxy.
   *
   * @param log hears of every session that has ended
   */
  public ProxyModule(ProxyConfig config, AccessLog log) {
    this.config = config;
    this.log = log;
  }

  @Override
  protected void configure() {
    bind(ProxyConfig.class).toInstance(config);
    bind(AccessLog.class).toInstance(log);
    bind(ProxyService.class);
  }
}
