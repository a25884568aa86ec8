package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;

/**
 * A listening socket that does what was ordered.
 *
 * @param handle the adapter's
 * @param faults what was ordered
 * @param wrapper makes the handle of an accepted connection
 */
record FaultyListenHandle(ListenHandle handle, HandleFaults faults, Wrapper wrapper)
    implements ListenHandle {
  /** Takes the accepted connection, and wraps it. */
  interface Wrapper {
    StreamHandle accepted(ListenHandle handle, Poller owner) throws IOException;
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws IOException {
    faults.throwIfOrdered(Call.LISTEN);
    boolean reuses =
        address instanceof InetSocketAddress
            && handle.getOption(StandardSocketOptions.SO_REUSEADDR);
    faults.plan().listened(new FaultPlan.Listening(address, backlogMax, reuses));
    handle.listen(address, backlogMax);
  }

  @Override
  public int accept(Completion done) {
    return faults.run(Call.ACCEPT, done, handle::accept);
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
    faults.cancel(direction);
  }

  @Override
  public int close(Completion done) {
    return handle.close(done);
  }
}
