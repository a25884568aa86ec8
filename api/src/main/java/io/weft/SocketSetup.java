package io.weft;

import java.net.SocketOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is done to a socket before it is bound and connected. Options of a listener's socket go to
 * the connections that it accepts as far as the kernel passes them on, such as the sizes of
 * buffers.
 *
 * @param options options and their values, set in this order; one that the kernel refuses fails the
 *     dial or the listen
 * @param control called when the options are set
 */
public record SocketSetup(Map<SocketOption<?>, Object> options, SocketControl control) {
  /** Nothing. */
  public static final SocketSetup NONE = new SocketSetup(Map.of(), SocketControl.NONE);

  /** Copies the map, and checks that every value is of its option's type. */
  public SocketSetup {
    Objects.requireNonNull(control, "control");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    options.forEach(SocketSetup::requireFitting);
  }

  private static void requireFitting(SocketOption<?> option, Object value) {
    Objects.requireNonNull(option, "option");
    Objects.requireNonNull(value, option.name());
    if (!option.type().isInstance(value)) {
      throw new IllegalArgumentException(
          "value of "
              + option.name()
              + " must be of type "
              + option.type().getSimpleName()
              + ": "
              + value);
    }
  }

  /**
   * Returns a copy that sets one more option, or another value of one.
   *
   * @param option a standard option or one of {@link WeftOptions}
   * @param value the value
   * @param <T> the value's type
   * @return the copy
   */
  public <T> SocketSetup withOption(SocketOption<T> option, T value) {
    Map<SocketOption<?>, Object> changed = new LinkedHashMap<>(options);
    changed.put(option, value);
    return new SocketSetup(changed, control);
  }

  /**
   * Returns a copy with another control.
   *
   * @param control the new value
   * @return the copy
   */
  public SocketSetup withControl(SocketControl control) {
    return new SocketSetup(options, control);
  }
}
