package io.weft.tck;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import io.weft.spi.Capability;
import io.weft.spi.PollerProvider;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a run of the suite was asked for.
 *
 * @param poller the adapter's name
 * @param scheduling what carries the virtual threads
 * @param seed seed of all random data
 * @param times how long what takes
 * @param opener how nets are opened
 */
record SuiteConfig(String poller, Scheduling scheduling, long seed, Times times, NetOpener opener) {
  // shorter than the guard of a case, so that a hang is told with the call that hangs
  private static final long PATIENCE_MILLIS = 45_000;
  private static final long LEAK_PATIENCE_MAX_MILLIS = 10_000;
  private static final long SOAK_MILLIS = 5_000;
  private static final long SEED = 20_251_122;
  private static final int LOOPS = 2;

  static SuiteConfig of(ExtensionContext context) {
    return new SuiteConfig(
        required(context, "weft.tck.poller"),
        scheduling(required(context, "weft.tck.scheduling")),
        context.getConfigurationParameter("weft.tck.seed", Long::parseLong).orElse(SEED),
        new Times(
            millis(context, "weft.tck.patience-millis", PATIENCE_MILLIS),
            millis(context, "weft.tck.soak-millis", SOAK_MILLIS)),
        context
            .getConfigurationParameter("weft.tck.opener")
            .map(SuiteConfig::opener)
            .orElse(Net::open));
  }

  /**
   * How long what takes.
   *
   * @param patienceMillis how long a call may take before it counts as hanging
   * @param soakMillis how long a soak lasts
   */
  record Times(long patienceMillis, long soakMillis) {}

  SuiteConfig withOpener(NetOpener other) {
    return new SuiteConfig(poller, scheduling, seed, times, other);
  }

  long patienceMillis() {
    return times.patienceMillis;
  }

  long soakMillis() {
    return times.soakMillis;
  }

  /** Whether a yes-or-no parameter says yes. */
  static boolean isOn(ExtensionContext context, String parameter) {
    return context.getConfigurationParameter(parameter, Boolean::parseBoolean).orElse(false);
  }

  /** The configuration of the net of a case. */
  NetConfig netConfig() {
    return NetConfig.DEFAULT.withPoller(poller).withScheduling(scheduling).withLoops(LOOPS);
  }

  /** The adapter under test. */
  PollerProvider provider() {
    return ServiceLoader.load(PollerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(poller))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no PollerProvider is named " + poller));
  }

  /** What the adapter under test declares that it lacks. */
  Set<Capability> lacks() {
    return provider().lacks();
  }

  private static long millis(ExtensionContext context, String parameter, long otherwise) {
    return context.getConfigurationParameter(parameter, Long::parseLong).orElse(otherwise);
  }

  private static String required(ExtensionContext context, String parameter) {
    return context
        .getConfigurationParameter(parameter)
        .orElseThrow(
            () -> new AssertionError("configuration parameter " + parameter + " is missing"));
  }

  private static Scheduling scheduling(String text) {
    for (Scheduling scheduling : Scheduling.values()) {
      if (scheduling != Scheduling.AUTO && scheduling.toString().equals(text)) {
        return scheduling;
      }
    }
    throw new AssertionError("weft.tck.scheduling must be on-loop or jdk: " + text);
  }

  private static NetOpener opener(String className) {
    try {
      return Class.forName(className)
          .asSubclass(NetOpener.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("weft.tck.opener cannot be created: " + className, e);
    }
  }

  /** How long what a test used may take to be gone. */
  Duration leakPatience() {
    return Duration.ofMillis(Math.min(patienceMillis(), LEAK_PATIENCE_MAX_MILLIS));
  }
}
