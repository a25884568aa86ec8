package io.weft.server.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.Event.ID;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one document of YAML. Whatever may grow without bound, or means more than is written, is
 * refused: anchors and aliases, tags, deep nesting.
 */
final class YamlReader {
  private static final int DEPTH_MAX = 10;

  private final Iterator<Event> events;
  private int depth;

  private YamlReader(Iterator<Event> events) {
    this.events = events;
  }

  /** Throws what is wrong first; a file that says nothing is a scalar that is nothing. */
  static Yaml read(String text) throws FaultException {
    LoadSettings settings = LoadSettings.builder().build();
    try {
      return new YamlReader(new ParserImpl(settings, new StreamReader(settings, text))).document();
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().or(e::getContextMark).map(Place::of).orElse(Place.BEGIN);
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      throw new FaultException(place, "not YAML: " + context + e.getProblem());
    } catch (ReaderException e) {
      Place place = Place.after(text.substring(0, Math.min(e.getPosition(), text.length())));
      throw new FaultException(
          place, "not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw new FaultException(Place.BEGIN, "not YAML: " + e.getMessage());
    }
  }

  private Yaml document() throws FaultException {
    Event event = skip(ID.StreamStart, ID.DocumentStart);
    if (event.getEventId() == ID.StreamEnd) {
      return new Yaml.Scalar(Place.BEGIN, "", true);
    }
    Yaml root = node(event);
    Event next = skip(ID.DocumentEnd);
    if (next.getEventId() != ID.StreamEnd) {
      throw new FaultException(place(next), "a second document (use one)");
    }
    return root;
  }

  private Event skip(ID... kinds) {
    Event event = events.next();
    while (List.of(kinds).contains(event.getEventId())) {
      event = events.next();
    }
    return event;
  }

  private Yaml node(Event event) throws FaultException {
    Place place = place(event);
    if (event.getEventId() == ID.Alias) {
      throw new FaultException(place, "aliases are not allowed (write it out)");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw new FaultException(place, "anchors are not allowed (write it out)");
    }
    if (event instanceof ScalarEvent scalar) {
      return scalar(place, scalar);
    }
    if (++depth > DEPTH_MAX) {
      throw new FaultException(place, "nested deeper than " + DEPTH_MAX + " levels");
    }
    Yaml read =
        event.getEventId() == ID.SequenceStart
            ? new Yaml.Sequence(place, items())
            : new Yaml.Mapping(place, entries());
    depth--;
    return read;
  }

  private static Yaml.Scalar scalar(Place place, ScalarEvent event) throws FaultException {
    if (event.getTag().isPresent()) {
      throw new FaultException(place, "tags are not allowed: " + event.getTag().get());
    }
    String text = event.getValue();
    boolean isNothing = event.isPlain() && (text.isEmpty() || text.equals("~"));
    return new Yaml.Scalar(place, text, isNothing);
  }

  private List<Yaml> items() throws FaultException {
    List<Yaml> items = new ArrayList<>();
    for (Event event = events.next(); event.getEventId() != ID.SequenceEnd; event = events.next()) {
      items.add(node(event));
    }
    return List.copyOf(items);
  }

  private List<Yaml.Entry> entries() throws FaultException {
    List<Yaml.Entry> entries = new ArrayList<>();
    for (Event event = events.next(); event.getEventId() != ID.MappingEnd; event = events.next()) {
      if (!(node(event) instanceof Yaml.Scalar key)) {
        throw new FaultException(place(event), "a key has to be a word");
      }
      entries.add(new Yaml.Entry(key, node(events.next())));
    }
    return List.copyOf(entries);
  }

  private static Place place(Event event) {
    return event.getStartMark().map(Place::of).orElse(Place.BEGIN);
  }
}
