package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: every byte can be written, and what cannot be read is refused with its place. */
class EscapedBytesTest {
  @Test
  void escapesStandForBytes() {
    assertThat(new EscapedBytes("PING\\r\\n\\t\\0\\\\\\xfF\\x00").bytes())
        .isEqualTo("PING\r\n\t\0\\\u00ff\0".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void otherTextIsUtf8() {
    assertThat(new EscapedBytes("gr\u00fc\u00df\ud83d\ude42").bytes())
        .isEqualTo("gr\u00fc\u00df\ud83d\ude42".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyByteIsWrittenInAsciiAndReadAgain() {
    byte[] all = new byte[256];
    for (int value = 0; value < all.length; value++) {
      all[value] = (byte) value;
    }
    EscapedBytes written = EscapedBytes.of(all);

    assertThat(written.bytes()).isEqualTo(all);
    assertThat(written.text()).matches("[ -~]*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab\\", "ab\\q", "ab\\x", "ab\\xf", "ab\\xfg", "ab\\x+1"})
  void unknownEscapesAreRefusedWithTheirPlace(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EscapedBytes(text))
        .withMessage(
            "\"%s\": what stands after the backslash at index 2 is none of r, n, t, 0, \\ and xHH",
            text);
  }

  @Test
  void tooManyAreRefused() {
    assertThat(new EscapedBytes("x".repeat(4096)).bytes()).hasSize(4096);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EscapedBytes("x".repeat(4097)))
        .withMessageStartingWith("more than 4096 bytes: xxx");
  }
}
