package io.weft.core;

import io.weft.Network;
import io.weft.SocketControl;
import io.weft.SocketSetup;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.SocketAddressCodec;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Map;

/**
 * A socket in the hands of a {@link SocketSetup}, and only for as long as that lasts: afterwards
 * its descriptor may be another socket's.
 */
final class UnconnectedSocket implements SocketControl.Unconnected {
  private final Handle handle;
  private final Target target;
  // guarded by this
  private boolean over;

  private UnconnectedSocket(Handle handle, Target target) {
    this.handle = handle;
    this.target = target;
  }

  /** Sets the options and calls the control; what that throws comes as it is. */
  static void prepare(Handle handle, Target target, SocketSetup setup) throws IOException {
    if (setup.equals(SocketSetup.NONE)) {
      return;
    }
    UnconnectedSocket socket = new UnconnectedSocket(handle, target);
    try {
      for (Map.Entry<SocketOption<?>, Object> option : setup.options().entrySet()) {
        socket.set(option.getKey(), option.getValue());
      }
      setup.control().control(socket);
    } finally {
      socket.end();
    }
  }

  private <T> void set(SocketOption<T> option, Object value) throws IOException {
    setOption(option, option.type().cast(value));
  }

  @Override
  public Network network() {
    if (target.family() != Network.TCP) {
      return target.family();
    }
    boolean both = SocketAddressCodec.family(Network.TCP) == SocketAddressCodec.AF_INET6;
    return both ? Network.TCP6 : Network.TCP4;
  }

  @Override
  public SocketAddress address() {
    return target.address();
  }

  @Override
  public synchronized <T> SocketControl.Unconnected setOption(SocketOption<T> option, T value)
      throws IOException {
    requireUsable();
    try {
      handle.setOption(option, value);
    } catch (ErrnoException e) {
      throw refused(e);
    }
    return this;
  }

  @Override
  public synchronized <T> T getOption(SocketOption<T> option) throws IOException {
    requireUsable();
    try {
      return handle.getOption(option);
    } catch (ErrnoException e) {
      throw refused(e);
    }
  }

  private IOException refused(ErrnoException e) {
    Polled.Endpoint bare = new Polled.Endpoint(target.family(), null, null);
    return NetErrors.errno(bare, "set", e.errno(), e.getCause());
  }

  private void requireUsable() {
    if (over) {
      throw new IllegalStateException("the socket's control has returned");
    }
  }

  private synchronized void end() {
    over = true;
  }

  @Override
  public String toString() {
    return target.family() + " " + AddressText.of(target.address());
  }
}
