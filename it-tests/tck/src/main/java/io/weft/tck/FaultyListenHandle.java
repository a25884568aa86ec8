package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.function.IntSupplier;

/**
 * A listening socket whose accepts fail to order.
 *
 * @param handle the adapter's
 * @param acceptError asked before each accept: 0, or the negated errno that it gives
 * @param wrapper makes the handle of an accepted connection
 */
record FaultyListenHandle(ListenHandle handle, IntSupplier acceptError, Wrapper wrapper)
    implements ListenHandle {
  /** Takes the accepted connection, and wraps it. */
  interface Wrapper {
    StreamHandle accepted(ListenHandle handle, Poller owner) throws IOException;
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws IOException {
    handle.listen(address, backlogMax);
  }

  @Override
  public int accept(Completion done) {
    int error = acceptError.getAsInt();
    return error == 0 ? handle.accept(done) : error;
  }

  @Override
  public StreamHandle accepted(Poller owner) throws IOException {
    return wrapper.accepted(handle, owner);
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    handle.setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return handle.getOption(option);
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return handle.localAddress();
  }

  @Override
  public void cancel(Direction direction) {
    handle.cancel(direction);
  }

  @Override
  public int close(Completion done) {
    return handle.close(done);
  }
}
