package io.weft.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What all micro benchmarks have in common: short iterations, in more than one JVM. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {Micro.OPENS, Micro.NATIVE_ACCESS, Micro.UNSAFE})
@State(Scope.Thread)
public abstract class Micro {
  /** Lets loops carry virtual threads. */
  static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  /** Keeps the JDK from warning of what JMH itself uses. */
  static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
}
