package io.weft.tck;

import io.weft.AddressException;
import io.weft.Network;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The checked-in table of all cases: which run, on which networks, and what is waived, why.
 *
 * @param rows one per id
 */
record CaseTable(List<Row> rows) {
  private static final String FILE = "conformance.tsv";
  private static final int COLUMNS = 5;

  /**
   * One case.
   *
   * @param id its id
   * @param networks on which networks it is to run; none for cases without a socket
   * @param due whether it runs; else the note says why not
   * @param waiver {@code -}, or {@code opt-in:PARAMETER}
   * @param note why it is waived, or how it differs from its origin
   */
  record Row(String id, Set<Network> networks, boolean due, String waiver, String note) {
    /** The configuration parameter that makes it run; empty when it always runs. */
    String optIn() {
      return waiver.startsWith("opt-in:") ? waiver.substring("opt-in:".length()) : "";
    }
  }

  static CaseTable load() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = CaseTable.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new FileNotFoundException(FILE);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          rows.add(row(line));
        }
      }
    }
    return new CaseTable(List.copyOf(rows));
  }

  private static Row row(String line) throws IOException {
    String[] cells = line.split("\t", -1);
    if (cells.length != COLUMNS || !cells[2].matches("now|waived")) {
      throw new IOException(FILE + ": not a row: " + line);
    }
    return new Row(cells[0], networks(cells[1]), cells[2].equals("now"), cells[3], cells[4]);
  }

  private static Set<Network> networks(String cell) throws AddressException {
    Set<Network> networks = EnumSet.noneOf(Network.class);
    if (!cell.equals("-") && !cell.equals("pipe")) {
      for (String name : cell.split(",", -1)) {
        networks.add(Network.of(name));
      }
    }
    return networks;
  }
}
