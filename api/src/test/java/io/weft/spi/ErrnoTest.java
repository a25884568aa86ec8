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
    "EPERM, 1",
    "ENOENT, 2",
    "EINTR, 4",
    "EBADF, 9",
    "EAGAIN, 11",
    "ENOMEM, 12",
    "EACCES, 13",
    "EINVAL, 22",
    "ENFILE, 23",
    "EMFILE, 24",
    "EPIPE, 32",
    "ENAMETOOLONG, 36",
    "EMSGSIZE, 90",
    "EOPNOTSUPP, 95",
    "EAFNOSUPPORT, 97",
    "EADDRINUSE, 98",
    "EADDRNOTAVAIL, 99",
    "ENETUNREACH, 101",
    "ECONNABORTED, 103",
    "ECONNRESET, 104",
    "ENOBUFS, 105",
    "EISCONN, 106",
    "ENOTCONN, 107",
    "ETIMEDOUT, 110",
    "ECONNREFUSED, 111",
    "EHOSTUNREACH, 113",
    "EALREADY, 114",
    "EINPROGRESS, 115",
    "ECANCELED, 125"
  })
  void hasTheNumberThatLinuxHas(Errno errno, int number) {
    assertThat(errno.number()).isEqualTo(number);
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
