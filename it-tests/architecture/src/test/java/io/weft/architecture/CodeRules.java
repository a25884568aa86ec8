package io.weft.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** What code may do, and how it may be named. */
final class CodeRules {
  private static final String[] API_AND_ADAPTERS = {
    WeftClasses.PORTS, WeftClasses.SPI, WeftClasses.CORE, WeftClasses.ADAPTERS
  };
  private static final List<String> SLEEPERS =
      List.of("java.lang.Thread", "java.util.concurrent.TimeUnit");

  static final ArchRule NATIVE_METHODS_ONLY_IN_EPOLL_NATIVE =
      methods()
          .that()
          .haveModifier(JavaModifier.NATIVE)
          .should()
          .beDeclaredInClassesThat()
          .haveFullyQualifiedName(WeftClasses.EPOLL + ".EpollNative");

  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes().should(liveInNullMarkedPackages());

  static final ArchRule ONLY_THE_SERVERS_CONSOLE_PRINTS =
      noClasses()
          .that(not(resideInAPackage(WeftClasses.BENCH)).and(not(consoleOfTheServer())))
          .should(ACCESS_STANDARD_STREAMS);

  static final ArchRule NOBODY_SLEEPS =
      noClasses()
          .that()
          .resideOutsideOfPackage(WeftClasses.BENCH)
          .should(callMethodWhere(describe("the callee sleeps", CodeRules::isSleep)));

  static final ArchRule NO_THREAD_LOCALS =
      noClasses()
          .that()
          .resideInAnyPackage(API_AND_ADAPTERS)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class);

  static final ArchRule STATIC_STATE_IS_FINAL =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(API_AND_ADAPTERS)
          .should()
          .beFinal();

  static final ArchRule EXCEPTIONS_SAY_WHAT_THEY_ARE = noClasses().should(THROW_GENERIC_EXCEPTIONS);

  static final ArchRule NO_CASE_OF_THE_SUITE_IS_SWITCHED_OFF =
      noClasses().that().resideInAPackage(WeftClasses.TCK).should(dependOnJUnitConditions());

  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Utility|Utilities|Helper|Manager)s?(?![a-z]).*");

  private CodeRules() {}

  private static boolean isSleep(JavaMethodCall call) {
    return call.getName().equals("sleep") && SLEEPERS.contains(call.getTargetOwner().getName());
  }

  /** The server's console: a class of its own whose name begins with Console. */
  private static DescribedPredicate<JavaClass> consoleOfTheServer() {
    return resideInAPackage(WeftClasses.SERVER)
        .and(
            describe(
                "are named Console*",
                type -> DependencyRules.outermostName(type).startsWith("Console")));
  }

  private static ArchCondition<JavaClass> liveInNullMarkedPackages() {
    return new ArchCondition<>("live in a package whose package-info says @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
        if (!marked) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is not null-marked"));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> dependOnJUnitConditions() {
    return new ArchCondition<>("be disabled, always or on a condition") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String target = dependency.getTargetClass().getName();
          boolean disables =
              target.equals("org.junit.jupiter.api.Disabled")
                  || target.startsWith("org.junit.jupiter.api.condition.");
          events.add(new SimpleConditionEvent(type, disables, dependency.getDescription()));
        }
      }
    };
  }
}
