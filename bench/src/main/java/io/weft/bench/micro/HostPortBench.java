package io.weft.bench.micro;

import io.weft.AddressException;
import io.weft.HostPort;
import org.openjdk.jmh.annotations.Benchmark;

/** An address taken apart and put together, beside a split at the last colon without a check. */
public class HostPortBench extends Micro {
  // not final, lest it be computed once
  private String text = "[fe80::1:2:3%eth0]:8080";

  @Benchmark
  public HostPort splitUnchecked() {
    int colon = text.lastIndexOf(':');
    return new HostPort(text.substring(1, colon - 1), text.substring(colon + 1));
  }

  @Benchmark
  public HostPort split() throws AddressException {
    return HostPort.split(text);
  }

  @Benchmark
  public String splitAndJoin() throws AddressException {
    return HostPort.split(text).join();
  }
}
