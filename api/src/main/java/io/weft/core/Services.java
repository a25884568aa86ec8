package io.weft.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP services that have a name: those of services(5), read when first asked, and a few that
 * every machine knows, as Go has them. The case of names does not matter.
 */
final class Services {
  static final Path FILE = Path.of("/etc/services");

  private static final Map<String, Integer> WELL_KNOWN =
      Map.ofEntries(
          Map.entry("ftp", 21),
          Map.entry("ftps", 990),
          Map.entry("gopher", 70),
          Map.entry("http", 80),
          Map.entry("https", 443),
          Map.entry("imap2", 143),
          Map.entry("imap3", 220),
          Map.entry("imaps", 993),
          Map.entry("pop3", 110),
          Map.entry("pop3s", 995),
          Map.entry("smtp", 25),
          Map.entry("ssh", 22),
          Map.entry("submissions", 465),
          Map.entry("telnet", 23));

  private final Path file;
  // read by whoever comes first, or by several at once, with the same outcome
  private volatile @Nullable Map<String, Integer> ports;

  Services(Path file) {
    this.file = file;
  }

  /** The port, or 0 for an unknown name. Blocks to read the file, once. */
  int port(String name) {
    Map<String, Integer> known = ports;
    if (known == null) {
      known = read();
      ports = known;
    }
    return known.getOrDefault(lowerCase(name), 0);
  }

  // a file that is missing or breaks off is as good as what was read of it
  private Map<String, Integer> read() {
    Map<String, Integer> read = new HashMap<>(WELL_KNOWN);
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line, read);
      }
    } catch (IOException e) {
      // the well-known ones remain
    }
    return Map.copyOf(read);
  }

  /** A line is {@code name port/protocol alias... # comment}. */
  private static void add(String line, Map<String, Integer> to) {
    int comment = line.indexOf('#');
    String[] fields = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
    if (fields.length < 2 || !fields[1].endsWith("/tcp")) {
      return;
    }
    int port = PortText.number(fields[1].substring(0, fields[1].length() - "/tcp".length()));
    if (port <= 0) {
      return;
    }
    for (int i = 0; i < fields.length; i++) {
      if (i != 1) {
        to.put(lowerCase(fields[i]), port);
      }
    }
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
