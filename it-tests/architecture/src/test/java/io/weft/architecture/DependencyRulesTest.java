package io.weft.architecture;

import org.junit.jupiter.api.Test;

/** Goal: dependencies point where the architecture says, and nowhere else. */
class DependencyRulesTest {
  @Test
  void theApiDependsOnTheJdksBaseModuleOnly() {
    DependencyRules.API_NEEDS_THE_JDK_ONLY.check(WeftClasses.MAIN);
  }

  @Test
  void anAdapterDependsOnTheApiOnlyAndNeverOnAnotherAdapterOrTheCore() {
    DependencyRules.ADAPTERS_NEED_THE_API_ONLY.check(WeftClasses.MAIN);
  }

  @Test
  void theRingKnowsNeitherThePortNorTheAdapterButErrorNumbers() {
    DependencyRules.THE_RING_KNOWS_NOTHING_OF_THE_PORT.check(WeftClasses.MAIN);
  }

  @Test
  void nothingOutsideTheCoreDependsOnTheCore() {
    DependencyRules.THE_CORE_IS_NOBODYS_BUSINESS.check(WeftClasses.MAIN);
  }

  @Test
  void thePortsForUsersDoNotDependOnThePortForAdapters() {
    DependencyRules.PORTS_FOR_USERS_DO_NOT_KNOW_THE_SPI.check(WeftClasses.MAIN);
  }

  @Test
  void onlyGuiceServerAndBenchMayNameAnAdapter() {
    DependencyRules.ADAPTERS_ARE_NAMED_BY_COMPOSITION_ONLY.check(WeftClasses.MAIN);
  }

  @Test
  void theBehaviourSuiteDependsOnTheApiOnly() {
    DependencyRules.THE_SUITE_NEEDS_THE_API_ONLY.check(WeftClasses.MAIN);
  }

  @Test
  void guiceIsUsedInTheGuiceModuleAndInTheServerOnly() {
    DependencyRules.GUICE_WIRES_ONLY_WHAT_IS_MADE_FOR_IT.check(WeftClasses.MAIN);
  }

  @Test
  void foreignMemoryIsUsedByIoUringAndByNativeMemoryOnly() {
    DependencyRules.FOREIGN_MEMORY_STAYS_IN_ITS_TWO_PLACES.check(WeftClasses.MAIN);
  }

  @Test
  void internalsOfTheJdkAreUsedByTheServersSignalsOnly() {
    DependencyRules.INTERNALS_OF_THE_JDK_ONLY_FOR_THE_SERVERS_SIGNALS.check(WeftClasses.MAIN);
  }

  @Test
  void packagesHaveNoCycles() {
    DependencyRules.PACKAGES_HAVE_NO_CYCLES.check(WeftClasses.MAIN);
  }
}
