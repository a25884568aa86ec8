package io.weft.tck;

import io.weft.Network;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What one run of the suite has done so far; there is one per run. */
final class RunRecord {
  // a collection takes as long as a case
  private static final int RUNS_PER_COLLECTION = 16;
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create("io.weft.tck");

  private final Set<Execution> executions = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  private final Map<String, String> excused = new HashMap<>();
  private final Map<String, Integer> runs = new TreeMap<>();
  private @Nullable LeakCheck leakCheck;
  private int uncollected;

  /**
   * One id that ran.
   *
   * @param id the case
   * @param network on which network
   * @param placement from where
   */
  record Execution(String id, Network network, Placement placement) {}

  static RunRecord of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(RunRecord.class, key -> new RunRecord(), RunRecord.class);
  }

  void ran(Method method, Network network, Placement placement) {
    runs.merge(method.getDeclaringClass().getSimpleName(), 1, Integer::sum);
    methods.add(nameOf(method));
    Case cases = method.getAnnotation(Case.class);
    if (cases != null) {
      for (String id : cases.value()) {
        executions.add(new Execution(id, network, placement));
      }
    }
  }

  /** A method does not run here, for a reason that the table knows. */
  void excuse(Method method, String reason) {
    excused.put(nameOf(method), reason);
  }

  /** How many runs of cases each class had: every run is on one network, from one place. */
  Map<String, Integer> runs() {
    return runs;
  }

  Set<Execution> executions() {
    return executions;
  }

  /** Whether the method ran or need not run. */
  boolean isDone(Method method) {
    return methods.contains(nameOf(method)) || excused.containsKey(nameOf(method));
  }

  /** The count of what was held before the first case. */
  LeakCheck leakCheck(SuiteConfig config) throws Exception {
    LeakCheck check = leakCheck;
    if (check == null) {
      WarmUp.run(config);
      check = LeakCheck.baseline();
      leakCheck = check;
    }
    return check;
  }

  /**
   * Fails when something is left; it is then not held against the next case. Of native memory it
   * may be what one of the last runs has left.
   */
  void verifyNoLeak(SuiteConfig config) throws Exception {
    verifyNoLeak(config, uncollected + 1 == RUNS_PER_COLLECTION);
  }

  /** As {@link #verifyNoLeak(SuiteConfig)}, at the end. */
  void verifyNoLeakAtAll(SuiteConfig config) throws Exception {
    verifyNoLeak(config, true);
  }

  private void verifyNoLeak(SuiteConfig config, boolean collects) throws Exception {
    uncollected = collects ? 0 : uncollected + 1;
    try {
      leakCheck(config).verify(config.leakPatience(), collects);
    } catch (AssertionError e) {
      leakCheck = LeakCheck.baseline();
      throw e;
    }
  }

  private static String nameOf(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }
}
