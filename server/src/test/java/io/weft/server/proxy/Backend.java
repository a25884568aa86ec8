package io.weft.server.proxy;

import io.weft.server.notation.SocketUrl;
import io.weft.server.upstream.UpstreamSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/** An upstream on the JDK's own socket, whose conversations the test leads. */
final class Backend implements AutoCloseable {
  private final ServerSocketChannel channel;

  private Backend(ServerSocketChannel channel) {
    this.channel = channel;
  }

  static Backend tcp() throws IOException {
    return at(0);
  }

  static Backend at(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
    return new Backend(channel.bind(new InetSocketAddress("127.0.0.1", port)));
  }

  static Backend unix(Path path) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return new Backend(channel.bind(UnixDomainSocketAddress.of(path)));
  }

  Plain accept() throws IOException {
    return new Plain(channel.accept());
  }

  SocketAddress address() {
    try {
      return channel.getLocalAddress();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return ((InetSocketAddress) address()).getPort();
  }

  UpstreamSpec spec() {
    return spec(address());
  }

  static UpstreamSpec spec(SocketAddress address) {
    String scheme = address instanceof InetSocketAddress ? "tcp://" : "unix://";
    String text = scheme + SocketUrl.text(address);
    try {
      SocketUrl url = SocketUrl.parse(text);
      return UpstreamSpec.of(text, url.network(), url.address());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
