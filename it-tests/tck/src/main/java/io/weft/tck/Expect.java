package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** What an exception must be. */
final class Expect {
  private Expect() {}

  /**
   * What a {@link NetError} tells.
   *
   * @param op the operation
   * @param network the network, as it was given
   * @param local the local address, if there is one
   * @param remote the remote address, if there is one
   * @param errno the kernel's error, if it had a part in it
   */
  record Facts(
      String op,
      String network,
      @Nullable SocketAddress local,
      @Nullable SocketAddress remote,
      @Nullable Errno errno) {
    /** Of an operation that has not come as far as an address. */
    Facts(String op, String network) {
      this(op, network, null, null, null);
    }
  }

  /** Type, text and facts, all exactly. */
  static void error(Throwable thrown, Class<?> type, String message, Facts facts) {
    assertThat(thrown).isInstanceOf(type).isInstanceOf(NetError.class).hasMessage(message);
    facts(thrown, facts);
  }

  /** The facts, exactly. */
  static void facts(Throwable thrown, Facts facts) {
    NetError error = (NetError) thrown;
    Errno errno = facts.errno();
    assertThat(error.op()).as("op of " + thrown).isEqualTo(facts.op());
    assertThat(error.network()).as("network of " + thrown).isEqualTo(facts.network());
    assertThat(error.local()).as("local address of " + thrown).isEqualTo(facts.local());
    assertThat(error.remote()).as("remote address of " + thrown).isEqualTo(facts.remote());
    assertThat(error.errno())
        .as("errno of " + thrown)
        .isEqualTo(errno == null ? 0 : errno.number());
    assertThat(error.errnoName())
        .as("name of the errno of " + thrown)
        .isEqualTo(errno == null ? "" : errno.name());
  }

  /** How far the operation had come. */
  static void transferred(Throwable thrown, long bytes) {
    assertThat(((NetError) thrown).transferredBytes())
        .as("moved before " + thrown)
        .isEqualTo(bytes);
    if (thrown instanceof InterruptedIOException ended) {
      assertThat(ended.bytesTransferred).isEqualTo((int) Math.min(bytes, Integer.MAX_VALUE));
    }
  }

  /** A deadline passed. */
  static void timeout(Throwable thrown) {
    assertThat(thrown).isInstanceOf(SocketTimeoutException.class);
    assertThat(thrown).hasMessageContaining("i/o timeout");
    assertThat(((NetError) thrown).errno()).isZero();
  }

  /** This end was closed, before or during the call. */
  static void closed(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ClosedChannelException.class);
    assertThat(thrown).hasMessageContaining("use of closed network connection");
  }

  /** This end was closed before the call. */
  static void closedBefore(Throwable thrown) {
    closed(thrown);
    assertThat(thrown).isNotInstanceOf(AsynchronousCloseException.class);
  }

  /** This end was closed while the call waited. */
  static void closedDuring(Throwable thrown) {
    closed(thrown);
    assertThat(thrown).isInstanceOf(AsynchronousCloseException.class);
  }

  /** The calling thread was interrupted. */
  static void interrupted(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOf(InterruptedIOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  /** The other end is gone, in a way that the kernel tells a writer. */
  static void broken(Throwable thrown) {
    assertThat(thrown).isInstanceOf(SocketException.class);
    assertThat(((NetError) thrown).errnoName()).isIn("EPIPE", "ECONNRESET");
  }

  /** The other end has reset the connection. */
  static void reset(Throwable thrown) {
    assertThat(thrown).isInstanceOf(SocketException.class);
    assertThat(thrown).hasMessageEndingWith("connection reset by peer (ECONNRESET)");
    assertThat(((NetError) thrown).errnoName()).isEqualTo("ECONNRESET");
  }
}
