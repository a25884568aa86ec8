package io.weft.server;

import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.AccessLog;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.proxy.ProxyService;
import io.weft.server.service.Service;
import jakarta.inject.Inject;
import java.util.List;

/** Makes the services of one net. */
final class Services {
  private final Net net;
  private final EchoBuffers buffers;
  private final Administration admin;

  @Inject
  Services(Net net, EchoBuffers buffers, Administration admin) {
    this.net = net;
    this.buffers = buffers;
    this.admin = admin;
  }

  Service echo(String name, List<SocketUrl> listen) {
    return new EchoService(buffers, name, listen);
  }

  Service proxy(String name, ProxyConfig config, AccessLog log) {
    return new ProxyService(net, name, config, admin.counting(name, log));
  }
}
