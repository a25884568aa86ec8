package io.weft.server.upstream;

import io.weft.NetError;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

/** Whose fault it is that a dial or a check failed. */
final class Blame {
  private static final Set<String> EXHAUSTION =
      Set.of("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL");

  private Blame() {}

  /** Whether the caller was interrupted or the net was closed: it is to end. */
  static boolean endsTheCaller(Exception failure) {
    return failure instanceof ClosedChannelException
        || (failure instanceof InterruptedIOException
            && !(failure instanceof SocketTimeoutException));
  }

  /** Whether it tells anything about the upstream: this process may just lack descriptors. */
  static boolean isTheUpstreams(Exception failure) {
    return !endsTheCaller(failure)
        && !(failure instanceof NetError error && EXHAUSTION.contains(error.errnoName()));
  }

  static String text(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
