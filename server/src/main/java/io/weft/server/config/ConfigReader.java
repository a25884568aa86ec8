package io.weft.server.config;

import io.weft.server.options.AccessLogOption;
import io.weft.server.options.AdminOption;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.DrainOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads configuration files. */
public final class ConfigReader {
  private static final int BYTES_MAX = 1 << 20;
  private static final String SERVICES = "services";
  private static final String EXAMPLE =
      "use, for example, services: [{name: web, type: echo, listen: 'tcp://:7000'}]";

  private final Faults faults;
  private final CommonOptions common = new CommonOptions();
  private final DrainOption drain = new DrainOption();
  private final AccessLogOption accessLog = new AccessLogOption();
  private final AdminOption admin = new AdminOption();

  private ConfigReader(Faults faults) {
    this.faults = faults;
  }

  /**
   * Reads a file.
   *
   * @param overrides values of options, {@code --poller}, that count instead of what it says
   * @throws IOException it cannot be read
   * @throws InvalidConfigException with all that is wrong with what it says
   */
  public static ServerConfig read(Path file, Map<String, Object> overrides)
      throws IOException, InvalidConfigException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(file.toString(), in.readNBytes(BYTES_MAX + 1), overrides);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + ": permission denied", e);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads what a file says.
   *
   * @param file its name, for messages
   * @param overrides as for {@link #read}
   * @throws InvalidConfigException with all that is wrong
   */
  public static ServerConfig of(String file, byte[] bytes, Map<String, Object> overrides)
      throws InvalidConfigException {
    Faults faults = new Faults(file);
    ServerConfig config = null;
    try {
      config = new ConfigReader(faults).server(YamlReader.read(text(bytes)), overrides);
    } catch (FaultException e) {
      faults.add(e.place(), "", String.valueOf(e.getMessage()));
    }
    faults.check();
    if (config == null) {
      throw new IllegalStateException("neither a configuration nor a fault in " + file);
    }
    return config;
  }

  private static String text(byte[] bytes) throws FaultException {
    if (bytes.length > BYTES_MAX) {
      throw new FaultException(Place.BEGIN, "larger than " + BYTES_MAX + " bytes");
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(rest, text, true);
    String decoded = text.flip().toString();
    if (result.isError()) {
      throw new FaultException(
          Place.after(decoded), "not UTF-8: a byte %02x".formatted(rest.get(rest.position())));
    }
    return decoded;
  }

  private @Nullable ServerConfig server(Yaml yaml, Map<String, Object> overrides) {
    if (!(yaml instanceof Yaml.Mapping mapping)) {
      faults.add(yaml.place(), "", yaml.kind() + " instead of keys with values (" + EXAMPLE + ")");
      return null;
    }
    OptionKeys options = new OptionKeys(faults, List.of(common, drain, accessLog, admin));
    List<String> known = Stream.concat(options.names(), Stream.of(SERVICES)).toList();
    Section section = Section.of(faults, mapping, "", known);
    ServiceReader reader = new ServiceReader(faults);
    section
        .values()
        .forEach(
            (key, value) -> {
              if (!key.equals(SERVICES)) {
                reader.occupy(options.set(key, key, value));
              }
            });
    options.override(overrides);
    Yaml list = section.required(SERVICES, EXAMPLE);
    List<ServiceConfig> services = list == null ? List.of() : services(list, reader);
    return new ServerConfig(common.net(), drain.timeout(), accessLog, admin.config(), services);
  }

  private List<ServiceConfig> services(Yaml yaml, ServiceReader reader) {
    if (!(yaml instanceof Yaml.Sequence sequence)) {
      faults.add(yaml.place(), SERVICES, yaml.kind() + " instead of a list (" + EXAMPLE + ")");
      return List.of();
    }
    if (sequence.items().isEmpty()) {
      faults.add(yaml.place(), SERVICES, "an empty list (" + EXAMPLE + ")");
    }
    List<ServiceConfig> services = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      ServiceConfig service = reader.service(sequence.items().get(i), SERVICES + "[" + i + "]");
      if (service != null) {
        services.add(service);
      }
    }
    return services;
  }
}
