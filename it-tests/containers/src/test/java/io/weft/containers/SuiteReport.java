package io.weft.containers;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What JUnit's launcher reports of a run.
 *
 * @param cases every test that ran or was skipped
 */
record SuiteReport(List<Outcome> cases) {
  /** How a test ended. */
  enum State {
    PASSED,
    FAILED,
    SKIPPED
  }

  /**
   * One test.
   *
   * @param family its class
   * @param name its method and variant
   * @param state how it ended
   * @param text what was told of a failure, or why it was skipped
   */
  record Outcome(String family, String name, State state, String text) {}

  static SuiteReport of(String xml) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
    List<Outcome> cases = new ArrayList<>();
    while (reader.hasNext()) {
      if (reader.next() == XMLStreamConstants.START_ELEMENT
          && reader.getLocalName().equals("testcase")) {
        outcome(reader).ifPresent(cases::add);
      }
    }
    return new SuiteReport(cases);
  }

  /**
   * Empty for a case that had no run, as on an adapter that lacks its network: reported as passed.
   */
  private static Optional<Outcome> outcome(XMLStreamReader reader) throws XMLStreamException {
    String family = reader.getAttributeValue(null, "classname");
    String name = reader.getAttributeValue(null, "name");
    State state = State.PASSED;
    String text = "";
    boolean ran = true;
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          switch (reader.getLocalName()) {
            case "failure", "error" -> {
              state = State.FAILED;
              text = reader.getElementText();
            }
            case "skipped" -> {
              state = State.SKIPPED;
              text = reader.getElementText();
            }
            case "system-out" -> {
              String id = reader.getElementText();
              ran &= !id.contains("[test-template:") || id.contains("[test-template-invocation:");
            }
            default -> reader.getElementText();
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return ran || state != State.PASSED
              ? Optional.of(new Outcome(family, name, state, text))
              : Optional.empty();
        }
        default -> {
          // text between elements
        }
      }
    }
  }

  List<Outcome> failed() {
    return cases.stream().filter(outcome -> outcome.state() == State.FAILED).toList();
  }

  /** How many runs the cases of each class had; the judge of the run is no case. */
  Map<String, Long> runs() {
    return cases.stream()
        .filter(outcome -> outcome.state() != State.SKIPPED)
        .map(outcome -> outcome.family().substring(outcome.family().lastIndexOf('.') + 1))
        .filter(family -> !family.equals("CoverageTck"))
        .collect(Collectors.groupingBy(family -> family, TreeMap::new, Collectors.counting()));
  }
}
