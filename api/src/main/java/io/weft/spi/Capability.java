package io.weft.spi;

/**
 * What not every adapter can do. An adapter has a capability unless it declares that it lacks it.
 */
public enum Capability {
  /** The network unixpacket. */
  UNIXPACKET,
  /** Unix names without a file: abstract and autobind. */
  ABSTRACT_NAMES,
  /** IPV6_V6ONLY=1: a tcp6 listener beside a tcp4 listener on one port. */
  V6ONLY,
  /** {@link StreamHandle#onFailure}: a reset by the peer is noticed while nobody reads. */
  RESET_WHILE_PAUSED,
  /** {@link Poller#pipe}: transfers of many bytes without a copy through this process. */
  PIPES
}
