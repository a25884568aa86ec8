package io.weft.server.admin;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is behind a path. */
interface Page {
  /**
   * Answers a request, on a thread that may wait for a moment.
   *
   * @param query the value of a parameter, by its name; null when there is none
   */
  Answer get(Function<String, @Nullable String> query) throws InterruptedException;
}
