package io.weft;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network name or an address, given as text, that cannot be used; the message names it.
 *
 * <p>From {@link Net#listen} and {@link Net#dial} the message begins with the operation and the
 * network, as Go's does: {@code listen tcp: address foo: missing port in address}. The kernel had
 * no part in it, so {@link #errno()} is 0, and there are no addresses yet.
 */
public final class AddressException extends IOException implements NetError {
  private static final long serialVersionUID = 1L;

  /** What was attempted; empty when nothing was. */
  private final String op;

  /** On which network; empty when on none. */
  private final String network;

  /**
   * Creates the exception of a text that no operation has used yet.
   *
   * @param message what is wrong, with the offending text
   */
  public AddressException(String message) {
    super(message);
    op = "";
    network = "";
  }

  /**
   * Creates the exception of an operation that was given the text.
   *
   * @param op listen or dial
   * @param network the network, as the user gave it; may be empty
   * @param problem what is wrong, with the offending text
   */
  public AddressException(String op, String network, String problem) {
    super(context(op, network) + ": " + problem);
    this.op = op;
    this.network = network;
  }

  private static String context(String op, String network) {
    Objects.requireNonNull(op, "op");
    return network.isEmpty() ? op : op + " " + network;
  }

  /**
   * The operation that was given the text.
   *
   * @return listen or dial; the empty string when a text was only parsed
   */
  @Override
  public String op() {
    return op;
  }

  /**
   * The network, as the user gave it, known or not.
   *
   * @return the text; the empty string when a text was only parsed
   */
  @Override
  public String network() {
    return network;
  }

  /**
   * None.
   *
   * @return null
   */
  @Override
  public @Nullable SocketAddress local() {
    return null;
  }

  /**
   * None.
   *
   * @return null
   */
  @Override
  public @Nullable SocketAddress remote() {
    return null;
  }

  /**
   * None.
   *
   * @return 0
   */
  @Override
  public int errno() {
    return 0;
  }

  /**
   * None.
   *
   * @return the empty string
   */
  @Override
  public String errnoName() {
    return "";
  }
}
