package io.weft.server;

import io.weft.AddressException;
import io.weft.NetConfig;
import io.weft.Scheduling;
import io.weft.server.address.SocketUrl;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How options' values are read; a value that is none is a usage error that names what is. */
final class OptionValues {
  private static final List<String> POLLERS = List.of("io_uring", "epoll", "nio");

  private OptionValues() {}

  /** A poller, or auto. */
  static final class PollerName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(text, Stream.concat(Stream.of(NetConfig.AUTO), POLLERS.stream()).toList());
    }
  }

  /** A poller. */
  static final class DeniedName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(text, POLLERS);
    }
  }

  /** A number of loops. */
  static final class LoopCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        return new NetConfig.Loops(Integer.parseInt(text), Scheduling.AUTO).count();
      } catch (IllegalArgumentException e) {
        throw invalid(text, "a number from 0 to " + NetConfig.Loops.COUNT_MAX);
      }
    }
  }

  /** A scheduling, as {@link Scheduling#toString} writes it. */
  static final class SchedulingName implements ITypeConverter<Scheduling> {
    @Override
    public Scheduling convert(String text) {
      List<Scheduling> all = List.of(Scheduling.values());
      List<String> names = all.stream().map(Scheduling::toString).toList();
      return all.get(names.indexOf(oneOf(text, names)));
    }
  }

  /** A time. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Durations.parse(text).orElseThrow(() -> invalid(text, "500ms, 2s, 5m"));
    }
  }

  /** Where to listen. */
  static final class Url implements ITypeConverter<SocketUrl> {
    @Override
    public SocketUrl convert(String text) {
      try {
        return SocketUrl.parse(text);
      } catch (AddressException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private static String oneOf(String text, List<String> allowed) {
    if (!allowed.contains(text)) {
      int last = allowed.size() - 1;
      throw invalid(text, String.join(", ", allowed.subList(0, last)) + " or " + allowed.get(last));
    }
    return text;
  }

  private static TypeConversionException invalid(String text, String allowed) {
    return new TypeConversionException("'" + text + "' (use " + allowed + ")");
  }
}
