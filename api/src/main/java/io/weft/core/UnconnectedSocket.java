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
  private final Polled.Endpoint asked;
  private final String op;
  // guarded by this
  private boolean over;

  private UnconnectedSocket(Handle handle, Target target, Polled.Endpoint asked, String op) {
    this.handle = handle;
    this.target = target;
    this.asked = asked;
    this.op = op;
  }

  /**
   * Sets the options and calls the control.
   *
   * @param asked what the socket is for, for messages
   * @param op what for: dial or listen
   * @throws IOException of that operation, caused by an option or by the control
   * @throws RuntimeException what the control threw, as it is, or an option that the adapter lacks
   */
  static void prepare(
      Handle handle, Target target, SocketSetup setup, Polled.Endpoint asked, String op)
      throws IOException {
    if (setup.equals(SocketSetup.NONE)) {
      return;
    }
    UnconnectedSocket socket = new UnconnectedSocket(handle, target, asked, op);
    try {
      for (Map.Entry<SocketOption<?>, Object> option : setup.options().entrySet()) {
        socket.set(option.getKey(), option.getValue());
      }
      setup.control().control(socket);
    } catch (IOException e) {
      throw NetErrors.unprepared(asked, op, e);
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
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, op, e);
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
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(asked, op, e);
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
