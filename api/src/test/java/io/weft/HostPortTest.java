package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: host:port is taken apart as Go does it, with Go's texts for what is wrong. */
@Timeout(60)
class HostPortTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // host names and IPv4
        "localhost:http       | localhost        | http",
        "localhost:80         | localhost        | 80",
        "golang.org:0         | golang.org       | 0",
        "127.0.0.1:http       | 127.0.0.1        | http",
        "127.0.0.1:80         | 127.0.0.1        | 80",
        "127.0.0.1:https      | 127.0.0.1        | https",
        "0.0.0.0:0            | 0.0.0.0          | 0",
        // zones
        "localhost%lo0:http   | localhost%lo0    | http",
        "localhost%lo0:80     | localhost%lo0    | 80",
        "127.0.0.1%lo0:80     | 127.0.0.1%lo0    | 80",
        "[localhost%lo0]:http | localhost%lo0    | http",
        "[127.0.0.1%lo0]:80   | 127.0.0.1%lo0    | 80",
        // IPv6
        "[::1]:80             | ::1              | 80",
        "[::1]:http           | ::1              | http",
        "[::1%lo0]:80         | ::1%lo0          | 80",
        "[::1%lo0]:http       | ::1%lo0          | http",
        "[fe80::1%25]:0       | fe80::1%25       | 0",
        "[::ffff:127.0.0.1]:9 | ::ffff:127.0.0.1 | 9",
        "[]:80                | ''               | 80",
        // without host, without port
        ":http                | ''               | http",
        ":8080                | ''               | 8080",
        "golang.org:          | golang.org       | ''",
        "127.0.0.1:           | 127.0.0.1        | ''",
        "[::1]:               | ::1              | ''",
        ":                    | ''               | ''",
        "golang.org:https%foo | golang.org       | https%foo",
        "a b:c d              | a b              | c d",
      })
  void splitsWhatGoSplits(String text, String host, String port) throws IOException {
    assertThat(HostPort.split(text)).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "golang.org             | missing port in address",
        "127.0.0.1              | missing port in address",
        "[::1]                  | missing port in address",
        "[fe80::1%lo0]          | missing port in address",
        "[localhost%lo0]        | missing port in address",
        "localhost%lo0          | missing port in address",
        "[::1]80:               | missing port in address",
        "[a]b:80                | missing port in address",
        "[foo:bar]              | missing port in address",
        "[foo:bar]baz           | missing port in address",
        "[foo]bar:baz           | missing port in address",
        "::1                    | too many colons in address",
        "fe80::1%lo0            | too many colons in address",
        "fe80::1%lo0:80         | too many colons in address",
        "a:b:80                 | too many colons in address",
        "[::1]::80              | too many colons in address",
        "[a]:b:80               | too many colons in address",
        "[foo]:[bar]:baz        | too many colons in address",
        "[::1:80                | missing ']' in address",
        "[foo                   | missing port in address",
        "[foo:                  | missing ']' in address",
        "[foo[bar]:80           | unexpected '[' in address",
        "foo[bar:80             | unexpected '[' in address",
        "[foo]:[bar             | unexpected '[' in address",
        "[foo]:[bar]            | unexpected '[' in address",
        "foo[bar]:baz           | unexpected '[' in address",
        "a]b:c                  | unexpected ']' in address",
        "foo]bar:80             | unexpected ']' in address",
        "[foo]:80]              | unexpected ']' in address",
        "foo[bar]:80            | unexpected '[' in address",
        "[foo]:8[0              | unexpected '[' in address",
      })
  void refusesWhatGoRefusesWithGosText(String text, String problem) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> HostPort.split(text))
        .withMessage("address " + text + ": " + problem)
        .satisfies(HostPortTest::assertNoOperation);
  }

  @Test
  void anEmptyAddressIsNotNamed() {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> HostPort.split(""))
        .withMessage("missing port in address")
        .satisfies(HostPortTest::assertNoOperation);
  }

  private static void assertNoOperation(NetError error) {
    assertThat(error.op()).isEmpty();
    assertThat(error.network()).isEmpty();
    assertThat(error.local()).isNull();
    assertThat(error.remote()).isNull();
    assertThat(error.errno()).isZero();
    assertThat(error.errnoName()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost     | 80   | localhost:80",
        "localhost     | http | localhost:http",
        "localhost%lo0 | http | localhost%lo0:http",
        "127.0.0.1     | 80   | 127.0.0.1:80",
        "::1           | http | [::1]:http",
        "::1%lo0       | http | [::1%lo0]:http",
        "::1%lo0       | 80   | [::1%lo0]:80",
        "''            | http | :http",
        "''            | ''   | :",
        "127.0.0.1     | ''   | 127.0.0.1:",
        "golang.org    | https%foo | golang.org:https%foo",
        "''            | 80   | :80",
        "127.0.0.1     | http | 127.0.0.1:http",
        "::1           | 0    | [::1]:0",
        "fe80::1%eth0  | 22   | [fe80::1%eth0]:22",
        "localhost%lo0 | 80   | localhost%lo0:80",
        "golang.org    | ''   | golang.org:",
        "::1           | ''   | [::1]:",
      })
  void joinPutsBracketsAroundColonsOnly(String host, String port, String text) throws IOException {
    HostPort parts = new HostPort(host, port);
    assertThat(parts.join()).isEqualTo(text);
    assertThat(HostPort.split(text)).isEqualTo(parts);
  }

  @Test
  void nullIsRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> new HostPort(nothing(), "80"))
        .withMessage("host");
    assertThatNullPointerException()
        .isThrownBy(() -> new HostPort("host", nothing()))
        .withMessage("port");
  }

  @SuppressWarnings("NullAway")
  private static <T> T nothing() {
    return null;
  }
}
