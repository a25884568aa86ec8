package io.weft.server.proxy;

import java.util.Locale;

/** Names of constants as logs and options write them: {@code half-close-timeout}. */
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
