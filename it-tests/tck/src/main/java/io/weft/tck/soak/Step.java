package io.weft.tck.soak;

import java.io.IOException;

/** What one thread of a session does. */
@FunctionalInterface
interface Step {
  void run() throws IOException;
}
