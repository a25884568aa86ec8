package io.weft.core;

import io.weft.KeepAlive;
import io.weft.WeftOptions;
import io.weft.spi.Handle;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;

/** The options of a TCP connection; what the kernel refuses is left as it is, as Go does. */
record ConnOptions(KeepAlive keepAlive, boolean noDelay) {
  void apply(Handle handle) {
    set(handle, StandardSocketOptions.TCP_NODELAY, noDelay);
    set(handle, StandardSocketOptions.SO_KEEPALIVE, keepAlive.enabled());
    if (keepAlive.enabled()) {
      setPositive(handle, WeftOptions.TCP_KEEPIDLE, wholeSeconds(keepAlive.idle()));
      setPositive(handle, WeftOptions.TCP_KEEPINTERVAL, wholeSeconds(keepAlive.interval()));
      setPositive(handle, WeftOptions.TCP_KEEPCOUNT, keepAlive.count());
    }
  }

  private static void setPositive(Handle handle, SocketOption<Integer> option, int value) {
    if (value > 0) {
      set(handle, option, value);
    }
  }

  private static <T> void set(Handle handle, SocketOption<T> option, T value) {
    try {
      handle.setOption(option, value);
    } catch (IOException | UnsupportedOperationException e) {
      // the connection works without it
    }
  }

  // rounded up; negative stays negative, however short
  private static int wholeSeconds(Duration time) {
    if (time.isNegative()) {
      return -1;
    }
    long seconds = time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
    return (int) Math.min(seconds, Integer.MAX_VALUE);
  }
}
