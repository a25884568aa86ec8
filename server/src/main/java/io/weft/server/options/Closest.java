package io.weft.server.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the words that are allowed somebody may have meant. */
public final class Closest {
  private static final int LENGTH_MAX = 64;

  private Closest() {}

  /** The one with the fewest letters to change, if these are a third of it at most. */
  public static Optional<String> to(String text, Collection<String> allowed) {
    if (text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    return allowed.stream()
        .min(Comparator.comparingInt(each -> distance(text, each)))
        .filter(each -> distance(text, each) <= each.length() / 3);
  }

  // letters to insert, to take away or to replace
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[other.length()];
  }
}
