package io.weft.server.proxy;

import io.weft.NetError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a session ended.
 *
 * @param by who ended it
 * @param phase how far it had come
 * @param cause why
 * @param detail the errno's name, or what is wrong with what the client sent
 */
public record Ending(Party by, Phase phase, Cause cause, @Nullable String detail) {
  // of this machine, whoever is dialled
  private static final Set<String> EXHAUSTION =
      Set.of("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL");

  Ending(Party by, Phase phase, Cause cause) {
    this(by, phase, cause, null);
  }

  /** By a read or write on the connection of one side. */
  static Ending ofFailure(Party side, Phase phase, IOException failure) {
    if (isFromWithin(failure)) {
      return new Ending(Party.PROXY, phase, Cause.KILLED);
    }
    String errno = errnoName(failure);
    return switch (errno) {
      case "ECONNRESET", "EPIPE", "ENOTCONN" -> new Ending(side, phase, Cause.RESET);
      case "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH" ->
          new Ending(side, phase, Cause.UNREACHABLE, errno);
      default ->
          new Ending(
              Party.PROXY, phase, Cause.FAILURE, errno.isEmpty() ? failure.getMessage() : errno);
    };
  }

  /** By the last dial that was worth a try. */
  static Ending ofDial(IOException failure) {
    String errno = errnoName(failure);
    Cause cause =
        switch (failure) {
          case ConnectException _ -> Cause.CONNECT_REFUSED;
          case SocketTimeoutException _ -> Cause.CONNECT_TIMEOUT;
          default -> Cause.CONNECT_FAILED;
        };
    return new Ending(
        EXHAUSTION.contains(errno) ? Party.PROXY : Party.SERVER,
        Phase.CONNECT,
        cause,
        errno.isEmpty() ? failure.getMessage() : errno);
  }

  /** Whether a connection was closed, or its thread interrupted, by this process. */
  static boolean isFromWithin(IOException failure) {
    return failure instanceof ClosedChannelException
        || (failure instanceof InterruptedIOException
            && !(failure instanceof SocketTimeoutException));
  }

  /** Whether a deadline of this process has passed; not, that the kernel gave up. */
  static boolean isDeadline(SocketTimeoutException failure) {
    return errnoName(failure).isEmpty();
  }

  private static String errnoName(IOException failure) {
    return failure instanceof NetError error ? error.errnoName() : "";
  }
}
