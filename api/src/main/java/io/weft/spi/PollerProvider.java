package io.weft.spi;

import io.weft.PollerReport;
import java.io.IOException;
import java.util.Set;

/**
 * An adapter's front door. Found by {@link java.util.ServiceLoader}, or bound by a container.
 *
 * <p>Creating a provider must have no effect and never fail: whether the adapter works here is told
 * by {@link #report}.
 */
public interface PollerProvider {
  /**
   * The adapter's name.
   *
   * @return nio, epoll, io_uring, or a name of one's own
   */
  String name();

  /**
   * Tries the adapter on this machine with its real configuration.
   *
   * @return available or not, and why; never an exception
   */
  PollerReport report();

  /**
   * What the adapter lacks.
   *
   * @return the capabilities that it does not have
   */
  Set<Capability> lacks();

  /**
   * Opens a poller for one loop. Any thread; the poller is then used as {@link Poller} says.
   *
   * @return the poller; the caller closes it
   * @throws io.weft.PollerUnavailableException there is none here, or none more; where nobody named
   *     the poller, the next one is taken
   * @throws IOException the kernel refused
   */
  Poller open() throws IOException;
}
