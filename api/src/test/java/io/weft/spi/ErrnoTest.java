package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: error numbers have Linux's values, one name each, and texts for messages. */
@Timeout(60)
class ErrnoTest {
  @ParameterizedTest
  @CsvSource({
    "EPERM, 1, operation not permitted",
    "ENOENT, 2, no such file or directory",
    "EINTR, 4, interrupted system call",
    "EIO, 5, input/output error",
    "ENXIO, 6, no such device or address",
    "EBADF, 9, bad file descriptor",
    "EAGAIN, 11, resource temporarily unavailable",
    "ENOMEM, 12, cannot allocate memory",
    "EACCES, 13, permission denied",
    "EFAULT, 14, bad address",
    "EEXIST, 17, file exists",
    "ENODEV, 19, no such device",
    "ENOTDIR, 20, not a directory",
    "EISDIR, 21, is a directory",
    "EINVAL, 22, invalid argument",
    "ENFILE, 23, too many open files in system",
    "EMFILE, 24, too many open files",
    "ENOSPC, 28, no space left on device",
    "EROFS, 30, read-only file system",
    "EPIPE, 32, broken pipe",
    "ENAMETOOLONG, 36, file name too long",
    "ENOSYS, 38, function not implemented",
    "ELOOP, 40, too many levels of symbolic links",
    "EPROTO, 71, protocol error",
    "ENOTSOCK, 88, socket operation on non-socket",
    "EDESTADDRREQ, 89, destination address required",
    "EMSGSIZE, 90, message too long",
    "EPROTOTYPE, 91, protocol wrong type for socket",
    "ENOPROTOOPT, 92, protocol not available",
    "EPROTONOSUPPORT, 93, protocol not supported",
    "EOPNOTSUPP, 95, operation not supported",
    "EAFNOSUPPORT, 97, address family not supported by protocol",
    "EADDRINUSE, 98, address already in use",
    "EADDRNOTAVAIL, 99, cannot assign requested address",
    "ENETDOWN, 100, network is down",
    "ENETUNREACH, 101, network is unreachable",
    "ENETRESET, 102, network dropped connection on reset",
    "ECONNABORTED, 103, software caused connection abort",
    "ECONNRESET, 104, connection reset by peer",
    "ENOBUFS, 105, no buffer space available",
    "EISCONN, 106, transport endpoint is already connected",
    "ENOTCONN, 107, transport endpoint is not connected",
    "ESHUTDOWN, 108, cannot send after transport endpoint shutdown",
    "ETIMEDOUT, 110, connection timed out",
    "ECONNREFUSED, 111, connection refused",
    "EHOSTDOWN, 112, host is down",
    "EHOSTUNREACH, 113, no route to host",
    "EALREADY, 114, operation already in progress",
    "EINPROGRESS, 115, operation now in progress",
    "ECANCELED, 125, operation canceled"
  })
  void hasTheNumberAndTheTextThatLinuxHas(Errno errno, int number, String text) {
    assertThat(errno.number()).isEqualTo(number);
    assertThat(errno.text()).isEqualTo(text);
    assertThat(Errno.of(number)).isSameAs(errno);
    assertThat(Errno.nameOf(number)).isEqualTo(errno.name());
  }

  @Test
  void numbersAndTextsAreDifferent() {
    assertThat(Arrays.stream(Errno.values()).map(Errno::number)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(Errno.values()).map(Errno::text)).doesNotHaveDuplicates();
  }

  @Test
  void describesTextAndName() {
    assertThat(Errno.describe(104)).isEqualTo("connection reset by peer (ECONNRESET)");
  }

  @Test
  void anUnknownNumberKeepsItsNumber() {
    assertThat(Errno.of(777)).isNull();
    assertThat(Errno.nameOf(777)).isEqualTo("errno 777");
    assertThat(Errno.describe(777)).isEqualTo("unknown error (errno 777)");
  }

  @Test
  void zeroHasNoName() {
    assertThat(Errno.nameOf(0)).isEmpty();
  }

  @Test
  void theResultOfACancelIsItsErrno() {
    assertThat(Completion.CANCELED).isEqualTo(-Errno.ECANCELED.number());
    assertThat(Completion.PENDING).isNotEqualTo(Completion.AGAIN).isLessThan(-4096);
    assertThat(Completion.AGAIN).isLessThan(-4096);
  }

  @Test
  void theExceptionCarriesNumberTextAndCause() {
    IllegalStateException cause = new IllegalStateException("met");
    ErrnoException exception = new ErrnoException(98, cause);
    assertThat(exception).hasMessage("address already in use (EADDRINUSE)").hasCause(cause);
    assertThat(exception.errno()).isEqualTo(98);
  }

  @Test
  void aNegativeResultIsAnErrno() throws Exception {
    assertThat(ErrnoException.check(0)).isZero();
    assertThat(ErrnoException.check(1L << 40)).isEqualTo(1L << 40);
    assertThatThrownBy(() -> ErrnoException.check(-98))
        .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(98));
  }
}
