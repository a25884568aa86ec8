package io.weft.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One connection of a load, and how far its stream has come. Belongs to the load's thread. */
final class LoadConn implements AutoCloseable {
  private static final int PLACES_APART = 61;

  final int index;

  /** When the request in flight was sent, or ought to have been; kept for the traffic. */
  long startNanos;

  /** Requests that were sent and answered since the phase began; kept for the traffic. */
  int sentCount;

  int answeredCount;

  private final Pattern pattern;
  private final Tally tally;
  private final SocketChannel channel;
  private final SelectionKey key;
  private int sendPlace;
  private int receivePlace;
  private long unsentBytes;
  private long awaitedBytes;

  /** Dials. */
  LoadConn(int index, int port, Crowd crowd) throws IOException {
    this.index = index;
    pattern = crowd.pattern();
    tally = crowd.tally();
    sendPlace = (int) ((long) index * PLACES_APART % Pattern.PERIOD);
    receivePlace = sendPlace;
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(crowd.selector(), SelectionKey.OP_READ, this);
  }

  /** Sends so many bytes more; what the socket does not take now, it is sent when it does. */
  void send(long bytes) throws IOException {
    unsentBytes += bytes;
    awaitedBytes += bytes;
    flush();
  }

  /** Goes on sending; whether all is sent. */
  boolean flush() throws IOException {
    while (unsentBytes > 0) {
      ByteBuffer next = pattern.from(sendPlace, unsentBytes);
      int wanted = next.remaining();
      int sent = channel.write(next);
      sendPlace = Pattern.advance(sendPlace, sent);
      unsentBytes -= sent;
      if (sent < wanted) {
        notifyWritable(true);
        return false;
      }
    }
    return true;
  }

  void notifyWritable(boolean wanted) {
    if (wanted) {
      key.interestOpsOr(SelectionKey.OP_WRITE);
    } else {
      key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }
  }

  /** Receives what is there, and checks it; how many bytes that were. */
  int receive() throws IOException {
    int count = channel.read(pattern.receiver());
    if (count < 0) {
      throw new LoadException("the server closed connection " + index);
    }
    if (count > awaitedBytes) {
      throw new LoadException(
          "%d bytes came on connection %d, where %d were due"
              .formatted(count, index, awaitedBytes));
    }
    tally.bytes += count;
    tally.corruptBytes += pattern.wrongBytes(receivePlace);
    receivePlace = Pattern.advance(receivePlace, count);
    awaitedBytes -= count;
    return count;
  }

  /** Bytes that were to be sent and have not come back. */
  long awaitedBytes() {
    return awaitedBytes;
  }

  /** Closes by a reset, which leaves no port behind in TIME_WAIT. */
  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
