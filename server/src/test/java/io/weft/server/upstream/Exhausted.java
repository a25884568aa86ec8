package io.weft.server.upstream;

import io.weft.NetError;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** What a process without descriptors meets. */
final class Exhausted extends SocketException implements NetError {
  private static final long serialVersionUID = 1;

  @Override
  public String op() {
    return "dial";
  }

  @Override
  public String network() {
    return "tcp";
  }

  @Override
  public @Nullable SocketAddress local() {
    return null;
  }

  @Override
  public @Nullable SocketAddress remote() {
    return null;
  }

  @Override
  public int errno() {
    return 24;
  }

  @Override
  public String errnoName() {
    return "EMFILE";
  }
}
