package io.weft.architecture;

import org.junit.jupiter.api.Test;

/** Goal: what the house style forbids is not there. */
class CodeRulesTest {
  @Test
  void nativeMethodsAreDeclaredInEpollNativeOnly() {
    CodeRules.NATIVE_METHODS_ONLY_IN_EPOLL_NATIVE.check(WeftClasses.MAIN);
  }

  @Test
  void everyPackageIsNullMarked() {
    CodeRules.EVERY_PACKAGE_IS_NULL_MARKED.check(WeftClasses.MAIN);
  }

  @Test
  void onlyTheServersConsoleAndTheBenchmarksPrint() {
    CodeRules.ONLY_THE_SERVERS_CONSOLE_PRINTS.check(WeftClasses.MAIN);
  }

  @Test
  void onlyBenchmarksSleep() {
    CodeRules.NOBODY_SLEEPS.check(WeftClasses.MAIN);
  }

  @Test
  void apiAndAdaptersUseNoThreadLocals() {
    CodeRules.NO_THREAD_LOCALS.check(WeftClasses.MAIN);
  }

  @Test
  void apiAndAdaptersHaveNoMutableStaticFields() {
    CodeRules.STATIC_STATE_IS_FINAL.check(WeftClasses.MAIN);
  }

  @Test
  void nobodyThrowsAnExceptionThatSaysNothing() {
    CodeRules.EXCEPTIONS_SAY_WHAT_THEY_ARE.check(WeftClasses.MAIN);
  }

  @Test
  void noCaseOfTheBehaviourSuiteIsSwitchedOff() {
    CodeRules.NO_CASE_OF_THE_SUITE_IS_SWITCHED_OFF.check(WeftClasses.MAIN);
  }

  @Test
  void noClassIsAUtilityAHelperOrAManager() {
    CodeRules.NAMES_SAY_SOMETHING.check(WeftClasses.MAIN);
  }
}
