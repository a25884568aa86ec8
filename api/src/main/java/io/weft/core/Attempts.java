package io.weft.core;

import io.weft.DialConfig;
import io.weft.NetError;
import io.weft.Network;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Dials a list of targets, one after the other, until one is connected. One thread runs it; any
 * thread may cancel it.
 */
final class Attempts {
  // of the time for all, this much at least goes to the next one
  private static final long SHARE_MIN_NANOS = 2_000_000_000L;
  private static final int SPURIOUS_MAX = 2;

  private final Sockets sockets;
  private final Dial dial;
  private final List<Target> targets;
  // canceled is written before current is read, and the other way round on the dialling thread
  private volatile boolean canceled;
  private volatile @Nullable Dialing current;

  Attempts(Sockets sockets, Dial dial, List<Target> targets) {
    this.sockets = sockets;
    this.dial = dial;
    this.targets = targets;
  }

  /** The first connection; else throws the first failure. */
  PolledConn run() throws IOException {
    IOException first = null;
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      if (Thread.currentThread().isInterrupted()) {
        throw NetErrors.interrupted(dial.endpoint(target), "dial");
      }
      long now = dial.loop().clock().nanos();
      if (dial.deadlineNanos() <= now) {
        throw first == null ? NetErrors.timeout(dial.endpoint(target), "dial") : first;
      }
      try {
        return connect(target, share(now, dial.deadlineNanos(), targets.size() - i));
      } catch (IOException e) {
        if (canceled || isFinal(e)) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    throw Objects.requireNonNull(first);
  }

  /** Whether a failure concerns the dial as a whole: its net was closed, its thread interrupted. */
  static boolean isFinal(IOException e) {
    return e instanceof ClosedChannelException
        || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
  }

  /**
   * The deadline of the next target: all have equal shares of the time, but what is too little to
   * connect in is taken from the last ones.
   */
  static long share(long nowNanos, long deadlineNanos, int targetsLeft) {
    if (deadlineNanos == Clock.NEVER) {
      return Clock.NEVER;
    }
    long left = deadlineNanos - nowNanos;
    return nowNanos + Math.max(left / targetsLeft, Math.min(left, SHARE_MIN_NANOS));
  }

  // A kernel that chooses the port may choose the very one that is dialled, and then connect the
  // socket with itself; or one that is not free.
  private PolledConn connect(Target target, long deadlineNanos) throws IOException {
    for (int retries = dial.isPortFree() ? SPURIOUS_MAX : 0; ; retries--) {
      try {
        Dialing dialing = sockets.dialing(dial, target);
        current = dialing;
        if (canceled) {
          dialing.beginClose();
        }
        dialing.connect(dial.config(), target, deadlineNanos);
        PolledConn conn = sockets.dialled(dial, dialing, retries > 0);
        if (conn != null) {
          return conn;
        }
      } catch (BindException e) {
        boolean spurious =
            e instanceof NetError known && known.errno() == Errno.EADDRNOTAVAIL.number();
        if (retries == 0 || !spurious) {
          throw e;
        }
      }
    }
  }

  /** Ends {@link #run}, which throws soon, unless it has its connection already. */
  void cancel() {
    canceled = true;
    Dialing dialing = current;
    if (dialing != null) {
      dialing.beginClose();
    }
  }

  /** What all attempts of a dial have in common. */
  record Dial(Network network, DialConfig config, Loop loop, long deadlineNanos) {
    Polled.Endpoint endpoint(Target target) {
      return new Polled.Endpoint(network, config.route().localAddress(), target.address());
    }

    boolean isPortFree() {
      return network.isTcp() && LocalAddress.isPortFree(config.route().localAddress());
    }
  }
}
