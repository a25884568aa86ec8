package io.weft.server.upstream;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * All that a pool needs from outside.
 *
 * @param dialer connects
 * @param threads starts a virtual thread
 * @param time tells the time
 * @param random used under the pool's lock
 * @param news hears when an upstream's state changes
 */
record Ports(
    Dialer dialer,
    Consumer<Runnable> threads,
    Time time,
    RandomGenerator random,
    Consumer<String> news) {

  static Ports of(Net net, DialConfig config) {
    Logger logger = System.getLogger(UpstreamPool.class.getName());
    return new Ports(
        (upstream, timeout) ->
            net.dial(
                upstream.network().toString(), upstream.address(), config.withTimeout(timeout)),
        net::go,
        Time.system(),
        new SplittableRandom(),
        text -> logger.log(Level.INFO, text));
  }

  /** Makes connections to upstreams. */
  interface Dialer {
    Conn dial(Upstream upstream, Duration timeout) throws IOException;
  }
}
