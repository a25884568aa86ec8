package io.weft.core;

import java.util.Random;
import java.util.function.Consumer;

/** Random tests with fixed seeds; a failure names the seed that brings it back. */
final class Seeds {
  private Seeds() {}

  static void forEach(int count, Consumer<Random> body) {
    for (int seed = 0; seed < count; seed++) {
      try {
        body.accept(new Random(seed));
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
