package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;

/** What an exception must be. */
final class Expect {
  private Expect() {}

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
