package io.weft.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.weft.PortThatKnowsTheSpi;
import io.weft.core.misfit.CoreThatUsesLibraries;
import io.weft.core.misfit.CoreWithState;
import io.weft.misfit.OneWay;
import io.weft.misfit.StringUtils;
import io.weft.misfit.WellBehaved;
import io.weft.misfit.cycle.OtherWay;
import io.weft.misfit.unmarked.Unmarked;
import io.weft.poller.iouring.misfit.AdapterThatKnowsOthers;
import io.weft.poller.iouring.ring.misfit.RingThatKnowsThePort;
import io.weft.poller.nio.misfit.AdapterThatKnowsTheCore;
import io.weft.tck.misfit.SuiteWithAGap;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: every rule fails on a class that breaks it, and on no class that does not. */
class RulesBiteTest {
  private static final Map<String, List<Class<?>>> MISFITS =
      Map.ofEntries(
          Map.entry("API_NEEDS_THE_JDK_ONLY", List.of(CoreThatUsesLibraries.class)),
          Map.entry("ADAPTERS_NEED_THE_API_ONLY", List.of(AdapterThatKnowsOthers.class)),
          Map.entry("THE_RING_KNOWS_NOTHING_OF_THE_PORT", List.of(RingThatKnowsThePort.class)),
          Map.entry("THE_CORE_IS_NOBODYS_BUSINESS", List.of(AdapterThatKnowsTheCore.class)),
          Map.entry("PORTS_FOR_USERS_DO_NOT_KNOW_THE_SPI", List.of(PortThatKnowsTheSpi.class)),
          Map.entry("ADAPTERS_ARE_NAMED_BY_COMPOSITION_ONLY", List.of(CoreThatUsesLibraries.class)),
          Map.entry("THE_SUITE_NEEDS_THE_API_ONLY", List.of(SuiteWithAGap.class)),
          Map.entry("GUICE_WIRES_ONLY_WHAT_IS_MADE_FOR_IT", List.of(CoreThatUsesLibraries.class)),
          Map.entry("FOREIGN_MEMORY_STAYS_IN_ITS_TWO_PLACES", List.of(CoreThatUsesLibraries.class)),
          // A class of the JDK itself: javac warns of any other that uses internals.
          Map.entry("INTERNALS_OF_THE_JDK_ONLY_FOR_THE_SERVERS_SIGNALS", List.of(Cleaner.class)),
          Map.entry("PACKAGES_HAVE_NO_CYCLES", List.of(OneWay.class, OtherWay.class)),
          Map.entry("NATIVE_METHODS_ONLY_IN_EPOLL_NATIVE", List.of(CoreWithState.class)),
          Map.entry("EVERY_PACKAGE_IS_NULL_MARKED", List.of(Unmarked.class)),
          Map.entry("ONLY_THE_SERVERS_CONSOLE_PRINTS", List.of(CoreWithState.class)),
          Map.entry("NOBODY_SLEEPS", List.of(CoreWithState.class)),
          Map.entry("NO_THREAD_LOCALS", List.of(CoreWithState.class)),
          Map.entry("STATIC_STATE_IS_FINAL", List.of(CoreWithState.class)),
          Map.entry("EXCEPTIONS_SAY_WHAT_THEY_ARE", List.of(CoreWithState.class)),
          Map.entry("NO_CASE_OF_THE_SUITE_IS_SWITCHED_OFF", List.of(SuiteWithAGap.class)),
          Map.entry("NAMES_SAY_SOMETHING", List.of(StringUtils.class)));

  static List<String> rules() {
    return Stream.of(DependencyRules.class, CodeRules.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
        .filter(field -> field.getType() == ArchRule.class)
        .map(Field::getName)
        .toList();
  }

  @Test
  void everyRuleHasAMisfit() {
    assertThat(Set.copyOf(rules())).isEqualTo(MISFITS.keySet());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleFailsOnItsMisfit(String name) throws ReflectiveOperationException {
    assertThat(violations(name, MISFITS.getOrDefault(name, List.of()))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRulePassesOnAClassThatBreaksNothing(String name) throws ReflectiveOperationException {
    assertThat(violations(name, List.of(WellBehaved.class))).isEmpty();
  }

  /** Imports the classes with the descriptions of their packages, as the real import does. */
  private static List<String> violations(String name, List<Class<?>> types)
      throws ReflectiveOperationException {
    Set<String> names = types.stream().map(Class::getName).collect(Collectors.toSet());
    var classes =
        new ClassFileImporter()
            .importPackages(types.stream().map(Class::getPackageName).toArray(String[]::new))
            .that(describe("are meant", type -> names.contains(type.getName())));
    return rule(name).evaluate(classes).getFailureReport().getDetails();
  }

  private static ArchRule rule(String name) throws ReflectiveOperationException {
    for (Class<?> type : List.of(DependencyRules.class, CodeRules.class)) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          return (ArchRule) field.get(null);
        }
      }
    }
    throw new NoSuchFieldException(name);
  }
}
