package io.weft.tck;

import io.weft.Network;
import io.weft.spi.Capability;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Compares a run with the table.
 *
 * @param config what was asked for
 * @param lacks what the adapter lacks
 * @param record what ran
 * @param table what is to be held
 * @param optedIn tells of a configuration parameter whether it is on
 */
record Coverage(
    SuiteConfig config,
    Set<Capability> lacks,
    RunRecord record,
    CaseTable table,
    Predicate<String> optedIn) {

  /** Methods of the suite that did not run although nothing excuses them. */
  List<String> methodsNotRun() {
    List<String> missing = new ArrayList<>();
    for (Method method : methods()) {
      if (!record.isDone(method)) {
        missing.add(method.getDeclaringClass().getSimpleName() + "." + method.getName());
      }
    }
    return missing;
  }

  /** What is due and did not run: id, network and placement. */
  List<String> gaps() {
    List<String> gaps = new ArrayList<>();
    for (CaseTable.Row row : table.rows()) {
      if (!row.due() || isWaived(row)) {
        continue;
      }
      for (Network network : row.networks()) {
        if (network == Network.UNIXPACKET && lacks.contains(Capability.UNIXPACKET)) {
          continue;
        }
        for (Placement placement : Placement.values()) {
          if (!record
              .executions()
              .contains(new RunRecord.Execution(row.id(), network, placement))) {
            gaps.add(row.id() + " on " + network + " from " + placement);
          }
        }
      }
    }
    return gaps;
  }

  /** Ids on tests that the table does not know. */
  List<String> unknownIds() {
    List<String> known = table.rows().stream().map(CaseTable.Row::id).toList();
    return executedIds().stream().filter(id -> !known.contains(id)).toList();
  }

  /** One line that counts, and one that lists. */
  String summary() {
    List<String> waived =
        table.rows().stream()
            .filter(row -> !row.due() || isWaived(row))
            .map(row -> row.id() + ": " + row.note())
            .collect(Collectors.toCollection(ArrayList::new));
    if (lacks.contains(Capability.UNIXPACKET)) {
      waived.add("all on unixpacket: " + config.poller() + " lacks " + Capability.UNIXPACKET);
    }
    TreeSet<String> ids = executedIds();
    return "weft-tck "
        + config.poller()
        + " "
        + config.scheduling()
        + ": "
        + ids.size()
        + " ids executed, "
        + waived.size()
        + " waived"
        + (waived.isEmpty() ? "" : " " + waived)
        + ", "
        + gaps().size()
        + " missing\nweft-tck "
        + config.poller()
        + " "
        + config.scheduling()
        + ": "
        + String.join(" ", ids);
  }

  private TreeSet<String> executedIds() {
    TreeSet<String> ids = new TreeSet<>();
    record.executions().forEach(execution -> ids.add(execution.id()));
    return ids;
  }

  private boolean isWaived(CaseTable.Row row) {
    return !row.optIn().isEmpty() && !optedIn.test(row.optIn());
  }

  private static List<Method> methods() {
    List<Method> methods = new ArrayList<>();
    for (Class<?> family :
        ReflectionSupport.findAllClassesInPackage(
            Coverage.class.getPackageName(),
            type -> AnnotationSupport.isAnnotated(type, Tck.class),
            name -> true)) {
      methods.addAll(
          AnnotationSupport.findAnnotatedMethods(
              family, TckTest.class, HierarchyTraversalMode.TOP_DOWN));
    }
    return methods;
  }
}
