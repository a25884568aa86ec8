package io.weft.poller.nio;

import io.weft.spi.Completion;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** The close of a channel that the selector may know. */
final class NioClose extends NioChange {
  private final NioPoller poller;
  private final SelectableChannel channel;
  private final Completion done;

  NioClose(NioPoller poller, SelectableChannel channel, Completion done) {
    this.poller = poller;
    this.channel = channel;
    this.done = done;
  }

  @Override
  void make() {
    close(channel);
    poller.releasedBySelect(done);
  }

  @Override
  void abandon() {
    close(channel);
    done.complete(0);
  }

  static void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // the kernel has released the descriptor all the same
    }
  }
}
