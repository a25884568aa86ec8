package io.weft.server.options;

import io.weft.AddressException;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.server.admin.AdminConfig;
import io.weft.server.notation.Durations;
import io.weft.server.notation.SocketUrl;
import io.weft.server.upstream.Balance;
import io.weft.server.upstream.EscapedBytes;
import io.weft.server.upstream.UpstreamSpec;
import io.weft.server.wire.PeerNetwork;
import io.weft.server.wire.ProxyVersion;
import io.weft.server.wire.SniRoutes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How options' values are read; a value that is none is a usage error that names what is. */
public final class OptionValues {
  private static final List<String> POLLERS = List.of("io_uring", "epoll", "nio");

  private OptionValues() {}

  /** A poller, or auto. */
  public static final class PollerName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(text, Stream.concat(Stream.of(NetConfig.AUTO), POLLERS.stream()).toList());
    }
  }

  /** A poller. */
  public static final class DeniedName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(text, POLLERS);
    }
  }

  /** A number of loops. */
  public static final class LoopCount implements ITypeConverter<Integer> {
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
  public static final class SchedulingName implements ITypeConverter<Scheduling> {
    @Override
    public Scheduling convert(String text) {
      List<Scheduling> all = List.of(Scheduling.values());
      List<String> names = all.stream().map(Scheduling::toString).toList();
      return all.get(names.indexOf(oneOf(text, names)));
    }
  }

  /** A time. */
  public static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Durations.parse(text).orElseThrow(() -> invalid(text, "500ms, 2s, 5m"));
    }
  }

  /** A time that is not zero. */
  public static final class PositiveTime implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Durations.parse(text)
          .filter(Duration::isPositive)
          .orElseThrow(() -> invalid(text, "500ms, 2s, 5m; more than zero"));
    }
  }

  /** The name of a file. */
  public static final class FileName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        if (text.isEmpty()) {
          throw new InvalidPathException(text, "it is empty");
        }
        return Path.of(text).toString();
      } catch (InvalidPathException e) {
        throw invalid(text, "the name of a file: " + e.getReason());
      }
    }
  }

  /** A number from 1 on. */
  public static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return atLeast(1, text);
    }
  }

  /** A number from 0 on. */
  public static final class CountOrNone implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return atLeast(0, text);
    }
  }

  /** How sessions are shared. */
  public static final class BalanceName implements ITypeConverter<Balance> {
    @Override
    public Balance convert(String text) {
      return named(text, Balance.values());
    }
  }

  /** How a PROXY header is written. */
  public static final class HeaderVersion implements ITypeConverter<ProxyVersion> {
    @Override
    public ProxyVersion convert(String text) {
      return named(text, ProxyVersion.values());
    }
  }

  /** A set of peers. */
  public static final class Peers implements ITypeConverter<PeerNetwork> {
    @Override
    public PeerNetwork convert(String text) {
      try {
        return PeerNetwork.parse(text);
      } catch (AddressException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Bytes with escapes. */
  public static final class Bytes implements ITypeConverter<EscapedBytes> {
    @Override
    public EscapedBytes convert(String text) {
      try {
        return new EscapedBytes(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** An upstream: its URL, and maybe its weight. */
  public static final class Upstream implements ITypeConverter<UpstreamSpec> {
    private static final Pattern FORM =
        Pattern.compile("(.*?)(?:,weight=([^,]*))?", Pattern.DOTALL);

    @Override
    public UpstreamSpec convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw invalid(text, "URL or URL,weight=N");
      }
      SocketUrl url = new StreamUrl().convert(form.group(1));
      UpstreamSpec spec = UpstreamSpec.of(url.toString(), url.network(), url.address());
      String weight = form.group(2);
      try {
        return weight == null ? spec : spec.withWeight(atLeast(0, weight));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** A server name and an upstream for it. */
  public static final class NamedUpstream
      implements ITypeConverter<Map.Entry<String, UpstreamSpec>> {
    @Override
    public Map.Entry<String, UpstreamSpec> convert(String text) {
      int at = text.indexOf('=');
      if (at <= 0) {
        throw invalid(text, "NAME=URL, such as www.example.org=tcp://10.0.0.5:443");
      }
      return convert(text.substring(0, at), text.substring(at + 1));
    }

    /** The same, of which the two parts are known. */
    public Map.Entry<String, UpstreamSpec> convert(String name, String text) {
      try {
        SniRoutes.of(Map.of(name, text));
      } catch (AddressException e) {
        throw new TypeConversionException(e.getMessage());
      }
      return Map.entry(name, new Upstream().convert(text));
    }
  }

  /** Where to listen. */
  public static final class Url implements ITypeConverter<SocketUrl> {
    @Override
    public SocketUrl convert(String text) {
      try {
        return SocketUrl.parse(text);
      } catch (AddressException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Where to listen for streams, or whom to dial. */
  public static final class StreamUrl implements ITypeConverter<SocketUrl> {
    @Override
    public SocketUrl convert(String text) {
      SocketUrl url = new Url().convert(text);
      if (url.network() == Network.UNIXPACKET) {
        throw new TypeConversionException(
            text + ": a proxy relays streams, not messages (use tcp or unix)");
      }
      return url;
    }
  }

  /** Where to answer questions about the process; nobody from outside asks unless it is said. */
  public static final class AdminUrl implements ITypeConverter<SocketUrl> {
    @Override
    public SocketUrl convert(String text) {
      SocketUrl url = new StreamUrl().convert(text);
      boolean everywhere = url.network().isTcp() && url.address().startsWith(":");
      SocketUrl safe = everywhere ? new SocketUrl(url.network(), "127.0.0.1" + url.address()) : url;
      try {
        return new AdminConfig(safe, true).url();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** When a server should be sent connections. */
  public static final class ReadyWhen implements ITypeConverter<String> {
    /** Each proxy has an upstream that is up. */
    public static final String UPSTREAM = "upstream";

    @Override
    public String convert(String text) {
      return oneOf(text, List.of(UPSTREAM, "serving"));
    }
  }

  private static String oneOf(String text, List<String> allowed) {
    if (!allowed.contains(text)) {
      int last = allowed.size() - 1;
      String all = String.join(", ", allowed.subList(0, last)) + " or " + allowed.get(last);
      throw invalid(
          text,
          all + Closest.to(text, allowed).map(each -> "; did you mean " + each + "?").orElse(""));
    }
    return text;
  }

  private static int atLeast(int min, String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= min) {
        return count;
      }
    } catch (NumberFormatException e) {
      // as if it were too small
    }
    throw invalid(text, "a number from " + min + " on");
  }

  private static <E extends Enum<E>> E named(String text, E[] all) {
    List<String> names =
        Stream.of(all).map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList();
    return all[names.indexOf(oneOf(text, names))];
  }

  private static TypeConversionException invalid(String text, String allowed) {
    return new TypeConversionException("'" + text + "' (use " + allowed + ")");
  }
}
