package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: an exception of the JDK becomes the error number that it came from. */
class NioErrorsTest {
  @ParameterizedTest
  @EnumSource(Errno.class)
  void everyTextOfTheTableIsFound(Errno errno) {
    String text = errno.text();
    String message = Character.toUpperCase(text.charAt(0)) + text.substring(1);

    assertThat(NioErrors.result(new IOException(message))).isEqualTo(-errno.number());
  }

  @ParameterizedTest
  @CsvSource({
    "Connection reset, ECONNRESET",
    "Connection refused: /127.0.0.1:1, ECONNREFUSED",
    "bind: Address already in use, EADDRINUSE",
    "Address in use, EADDRINUSE",
    "Network unreachable, ENETUNREACH",
    "No file descriptors available, EMFILE",
    "Unix domain path too long, EINVAL",
    "Kaputt, EIO"
  })
  void otherTextsAreFound(String message, Errno errno) {
    assertThat(NioErrors.result(new SocketException(message))).isEqualTo(-errno.number());
  }

  @Test
  void theClassDecidesWhereTheTextIsUnknown() {
    assertThat(errno(new BindException("Adresse wird bereits verwendet")))
        .isEqualTo(Errno.EADDRINUSE);
    assertThat(errno(new ConnectException("Verbindung: abgelehnt"))).isEqualTo(Errno.ECONNREFUSED);
    assertThat(errno(new NoRouteToHostException())).isEqualTo(Errno.EHOSTUNREACH);
    assertThat(errno(new SocketTimeoutException())).isEqualTo(Errno.ETIMEDOUT);
    assertThat(errno(new IOException())).isEqualTo(Errno.EIO);
  }

  @Test
  void theTextWinsOverTheClass() {
    assertThat(errno(new BindException("Permission denied"))).isEqualTo(Errno.EACCES);
    assertThat(errno(new BindException("Cannot assign requested address")))
        .isEqualTo(Errno.EADDRNOTAVAIL);
    assertThat(errno(new ConnectException("Connection timed out"))).isEqualTo(Errno.ETIMEDOUT);
  }

  @Test
  void statesOfChannelsHaveNumbers() {
    assertThat(errno(new ClosedChannelException())).isEqualTo(Errno.EBADF);
    assertThat(errno(new CancelledKeyException())).isEqualTo(Errno.EBADF);
    assertThat(errno(new ClosedSelectorException())).isEqualTo(Errno.ECANCELED);
    assertThat(errno(new NotYetConnectedException())).isEqualTo(Errno.ENOTCONN);
    assertThat(errno(new UnsupportedAddressTypeException())).isEqualTo(Errno.EAFNOSUPPORT);
  }

  @Test
  void theCauseIsKept() {
    IOException cause = new IOException("Kaputt");

    ErrnoException e = NioErrors.exception(cause);

    assertThat(e).hasCause(cause).hasMessage("input/output error (EIO)");
  }

  @Test
  void mistakesAreNotHidden() {
    IllegalArgumentException mistake = new IllegalArgumentException("Read-only buffer");

    assertThatThrownBy(() -> NioErrors.result(mistake)).isSameAs(mistake);
  }

  private static Errno errno(Exception e) {
    Errno errno = Errno.of(-NioErrors.result(e));
    assertThat(errno).isNotNull();
    return errno;
  }
}
