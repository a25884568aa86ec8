package io.weft.server;

import io.weft.server.config.ConfigReader;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The file that says what to run. Owned by one thread. */
final class Source {
  private final Path file;
  private final Map<String, Object> overrides;
  // what tells one state of the file from another: of the one that was read, and at the last look
  private List<Object> read = List.of();
  private List<Object> seen = List.of();

  /**
   * A file that has not been read.
   *
   * @param overrides values of keys that count instead of what the file says
   */
  Source(Path file, Map<String, Object> overrides) {
    this.file = file;
    this.overrides = Map.copyOf(overrides);
  }

  ServerConfig read() throws IOException, InvalidConfigException {
    read = state();
    return ConfigReader.read(file, overrides);
  }

  /**
   * Whether the file has changed since it was read, and not since the last look: it is complete.
   */
  boolean hasChanged() {
    List<Object> last = seen;
    seen = state();
    return !seen.isEmpty() && !seen.equals(read) && seen.equals(last);
  }

  @Override
  public String toString() {
    return file.toString();
  }

  // empty while there is none, as may be while it is replaced
  private List<Object> state() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(
          attributes.lastModifiedTime(), attributes.size(), Objects.toString(attributes.fileKey()));
    } catch (IOException e) {
      return List.of();
    }
  }
}
