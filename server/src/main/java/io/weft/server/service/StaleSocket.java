package io.weft.server.service;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;

/** The file of a unix socket on which nobody listens any more. */
public final class StaleSocket {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_SOCKET = 0140000;

  private StaleSocket() {}

  /** Removes it, and tells whether it did: not when somebody listens, or the file is no socket. */
  public static boolean remove(Net net, SocketUrl url) throws IOException {
    if (!url.address().startsWith("/")) {
      return false;
    }
    Path file = Path.of(url.address());
    if (!isSocket(file)) {
      return false;
    }
    try (Conn somebody = url.dial(net, DialConfig.DEFAULT.withTimeout(PATIENCE))) {
      assert somebody.isOpen();
      return false;
    } catch (ConnectException refused) {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isSocket(Path file) {
    try {
      Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return mode instanceof Integer bits && (bits & TYPE_MASK) == TYPE_SOCKET;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
