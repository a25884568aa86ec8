package io.weft.core;

import io.weft.NetError;
import io.weft.spi.Errno;
import java.io.Serializable;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What {@link NetError} tells.
 *
 * @param op the operation
 * @param network the network as the user gave it; empty for none
 * @param errno the positive error number; 0 for none
 * @param transferred bytes that the operation had moved; set by those that know, last by the
 *     outermost
 */
record ErrorFacts(
    String op,
    String network,
    @Nullable SocketAddress local,
    @Nullable SocketAddress remote,
    int errno,
    AtomicLong transferred)
    implements Serializable {
  static ErrorFacts of(Polled.Endpoint endpoint, String op, int errno) {
    return new ErrorFacts(
        op,
        endpoint.network().toString(),
        endpoint.local(),
        endpoint.remote(),
        errno,
        new AtomicLong());
  }

  /** Of an operation without network and addresses. */
  static ErrorFacts of(String op, int errno) {
    return new ErrorFacts(op, "", null, null, errno, new AtomicLong());
  }

  /** Go's message: {@code read tcp 127.0.0.1:3000->127.0.0.1:51034: connection reset by peer}. */
  String message(String problem) {
    String context = network.isEmpty() ? op : op + " " + AddressText.of(network, local, remote);
    return context + ": " + problem;
  }

  /** Answers {@link NetError} from the facts. */
  interface Holder extends NetError {
    ErrorFacts facts();

    @Override
    default String op() {
      return facts().op();
    }

    @Override
    default String network() {
      return facts().network();
    }

    @Override
    default @Nullable SocketAddress local() {
      return facts().local();
    }

    @Override
    default @Nullable SocketAddress remote() {
      return facts().remote();
    }

    @Override
    default int errno() {
      return facts().errno();
    }

    @Override
    default String errnoName() {
      return Errno.nameOf(facts().errno());
    }

    @Override
    default long transferredBytes() {
      return facts().transferred().get();
    }
  }
}
