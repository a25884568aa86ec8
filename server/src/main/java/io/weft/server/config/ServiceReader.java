package io.weft.server.config;

import io.weft.server.config.OptionKeys.Value;
import io.weft.server.notation.SocketUrl;
import io.weft.server.options.Closest;
import io.weft.server.options.EchoOptions;
import io.weft.server.options.ProxyOptions;
import io.weft.server.upstream.UpstreamSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads services, one after the other, which share names and addresses with no other one. */
final class ServiceReader {
  private static final String NAME = "name";
  private static final String TYPE = "type";
  private static final String LISTEN = "listen";
  private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final String NAME_RULE =
      "a name of 1 to 63 letters, digits, dots, - and _, such as web";
  private static final List<String> TYPES = List.of("echo", "proxy");
  private static final String LISTEN_RULE = "where to listen, such as tcp://:8080";

  private final Faults faults;
  // by what there may be once, the path to where it is
  private final Map<Object, String> taken = new HashMap<>();

  ServiceReader(Faults faults) {
    this.faults = faults;
  }

  /** Reads one; null when there are faults in it. */
  @Nullable ServiceConfig service(Yaml yaml, String path) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      faults.add(yaml.place(), path, yaml.kind() + " instead of keys with values");
      return null;
    }
    int before = faults.count();
    boolean isEcho = mapping.has(TYPE, "echo");
    EchoOptions echo = new EchoOptions();
    ProxyOptions proxy = new ProxyOptions();
    OptionKeys options = new OptionKeys(faults, isEcho ? List.of(echo) : proxy.parts());
    List<String> known = Stream.concat(Stream.of(NAME, TYPE), options.names()).toList();
    Section section = Section.of(faults, mapping, path + ".", known);
    String name = name(section);
    type(section);
    section.required(LISTEN, LISTEN_RULE);
    section
        .values()
        .forEach(
            (key, value) -> {
              if (!key.equals(NAME) && !key.equals(TYPE)) {
                occupy(options.set(section.path() + key, key, value));
              }
            });
    if (name == null || faults.count() > before) {
      return null;
    }
    if (isEcho) {
      return new ServiceConfig.Echo(name, echo.listen());
    }
    try {
      return new ServiceConfig.Proxy(name, proxy.config());
    } catch (IllegalArgumentException e) {
      // as the command line says it, whose options the keys are
      faults.add(mapping.place(), path, String.valueOf(e.getMessage()).replace("--", ""));
      return null;
    }
  }

  /** Addresses to listen on, and the upstreams of a list, may be there once. */
  void occupy(List<Value> values) {
    for (Value value : values) {
      Object key = key(value);
      String first = key == null ? null : taken.putIfAbsent(key, value.path());
      if (first != null) {
        faults.add(value.place(), value.path(), "the same as " + first);
      }
    }
  }

  private static @Nullable Object key(Value value) {
    String list = value.path().replaceFirst("\\[\\d+]$", "");
    return switch (value.meaning()) {
      case SocketUrl url -> url.isEphemeral() ? null : url;
      case UpstreamSpec spec -> Map.entry(list, spec.name());
      case Map.Entry<?, ?> named when named.getValue() instanceof UpstreamSpec spec ->
          Map.entry(list, spec.name());
      default -> null;
    };
  }

  private @Nullable String name(Section section) {
    String name = section.word(NAME, NAME_RULE);
    if (name == null) {
      return null;
    }
    Place place = section.placeOf(NAME);
    String path = section.path() + NAME;
    if (!NAME_FORM.matcher(name).matches()) {
      faults.add(place, path, "\"" + name + "\" is no name (use " + NAME_RULE + ")");
    }
    String first = taken.putIfAbsent(name, path);
    if (first != null) {
      faults.add(place, path, "\"" + name + "\" is the name of another service, " + first);
    }
    return name;
  }

  private void type(Section section) {
    String type = section.word(TYPE, "use echo or proxy");
    if (type != null && !TYPES.contains(type)) {
      String meant = Closest.to(type, TYPES).map(each -> "; did you mean " + each + "?").orElse("");
      faults.add(
          section.placeOf(TYPE),
          section.path() + TYPE,
          "\"" + type + "\" is no type (use echo or proxy" + meant + ")");
    }
  }
}
