package io.weft.server.config;

import io.weft.server.options.OptionValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The keys that are options of the command line: the same names, values and defaults. */
final class OptionKeys {
  private static final String PREFIX = "--";
  private static final String BY_NAME = "sni";

  private final Faults faults;
  private final List<OptionSpec> options;

  /** The options of these objects, which are set. */
  OptionKeys(Faults faults, List<?> parts) {
    this.faults = faults;
    this.options =
        parts.stream()
            .flatMap(part -> CommandSpec.forAnnotatedObject(part).options().stream())
            .filter(option -> option.arity().max() > 0 && option.group() == null)
            .toList();
  }

  /** A value that was understood, and where it stands. */
  record Value(Object meaning, Place place, String path) {}

  Stream<String> names() {
    return options.stream().map(option -> option.longestName().substring(PREFIX.length()));
  }

  /** Sets the option of this name; returns its values. What is wrong with it is a fault. */
  List<Value> set(String path, String name, Yaml value) {
    OptionSpec option =
        options.stream()
            .filter(each -> each.longestName().equals(PREFIX + name))
            .findFirst()
            .orElseThrow();
    List<Value> values = new ArrayList<>();
    if (name.equals(BY_NAME)) {
      byName(path, value, values);
    } else if (option.isMultiValue()) {
      each(path, value, option.converters()[0], values);
    } else {
      one(path, value, option.converters()[0], values);
    }
    List<Object> meanings = values.stream().map(Value::meaning).toList();
    if (option.isMultiValue()) {
      option.setValue(meanings);
    } else if (!meanings.isEmpty()) {
      option.setValue(meanings.getFirst());
    }
    return values;
  }

  /** Sets those options that are there, by their names with dashes. */
  void override(Map<String, Object> values) {
    for (OptionSpec option : options) {
      Object value = values.get(option.longestName());
      if (value != null) {
        option.setValue(value);
      }
    }
  }

  private void byName(String path, Yaml value, List<Value> values) {
    if (!(value instanceof Yaml.Mapping mapping) || mapping.entries().isEmpty()) {
      faults.add(
          value.place(), path, value.kind() + " (use server names as keys, upstreams as values)");
      return;
    }
    List<String> names = mapping.entries().stream().map(entry -> entry.key().text()).toList();
    Section.of(faults, mapping, path + ".", names)
        .values()
        .forEach(
            (name, upstreams) ->
                each(
                    path + "." + name,
                    upstreams,
                    text -> new OptionValues.NamedUpstream().convert(name, text),
                    values));
  }

  private void each(String path, Yaml value, ITypeConverter<?> converter, List<Value> values) {
    if (!(value instanceof Yaml.Sequence sequence)) {
      one(path, value, converter, values);
      return;
    }
    if (sequence.items().isEmpty()) {
      faults.add(sequence.place(), path, "an empty list (leave the key out for the default)");
    }
    for (int i = 0; i < sequence.items().size(); i++) {
      one(path + "[" + i + "]", sequence.items().get(i), converter, values);
    }
  }

  private void one(String path, Yaml value, ITypeConverter<?> converter, List<Value> values) {
    if (!(value instanceof Yaml.Scalar scalar) || scalar.isNothing()) {
      faults.add(value.place(), path, value.kind() + " instead of a value");
      return;
    }
    try {
      values.add(new Value(converter.convert(scalar.text()), value.place(), path));
    } catch (TypeConversionException e) {
      faults.add(value.place(), path, "invalid value: " + e.getMessage());
    } catch (Exception e) {
      throw new IllegalStateException("a converter throws what it should not", e);
    }
  }
}
