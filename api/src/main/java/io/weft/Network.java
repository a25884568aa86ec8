package io.weft;

import java.util.Objects;

/** The networks that Weft knows, named as Go names them. */
public enum Network {
  /** TCP over IPv4 and IPv6. */
  TCP("tcp"),
  /** TCP over IPv4 only. */
  TCP4("tcp4"),
  /** TCP over IPv6 only. */
  TCP6("tcp6"),
  /** Unix stream sockets. */
  UNIX("unix"),
  /** Unix sockets that keep message boundaries (SOCK_SEQPACKET). */
  UNIXPACKET("unixpacket");

  private final String text;

  Network(String text) {
    this.text = text;
  }

  /**
   * Returns the network of that name.
   *
   * @param text one of tcp, tcp4, tcp6, unix, unixpacket
   * @return the network
   * @throws AddressException when the name is none of these
   */
  public static Network of(String text) throws AddressException {
    Objects.requireNonNull(text, "network");
    for (Network network : values()) {
      if (network.text.equals(text)) {
        return network;
      }
    }
    String name = text.isEmpty() ? "" : text + " ";
    throw new AddressException(
        "unknown network " + name + "(use tcp, tcp4, tcp6, unix or unixpacket)");
  }

  /**
   * Tells TCP from unix.
   *
   * @return whether addresses of this network are host and port
   */
  public boolean isTcp() {
    return this == TCP || this == TCP4 || this == TCP6;
  }

  /** Returns the name as users write it: {@code tcp4}. */
  @Override
  public String toString() {
    return text;
  }
}
