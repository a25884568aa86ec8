package io.weft.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.module.ModuleDescriptor.Exports;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may depend on whom. */
final class DependencyRules {
  private static final DescribedPredicate<JavaClass> JAVA_BASE = javaBase();
  private static final DescribedPredicate<JavaClass> API =
      resideInAnyPackage(WeftClasses.PORTS, WeftClasses.SPI, WeftClasses.CORE);
  private static final DescribedPredicate<JavaClass> API_FOR_OTHERS =
      resideInAnyPackage(WeftClasses.PORTS, WeftClasses.SPI);
  private static final DescribedPredicate<JavaClass> JSPECIFY = resideInAPackage("org.jspecify..");

  static final ArchRule API_NEEDS_THE_JDK_ONLY =
      classes().that(API).should().onlyDependOnClassesThat(JAVA_BASE.or(JSPECIFY).or(API));

  static final ArchRule ADAPTERS_NEED_THE_API_ONLY =
      classes().that().resideInAPackage(WeftClasses.ADAPTERS).should(needTheApiOnly());

  static final ArchRule THE_RING_KNOWS_NOTHING_OF_THE_PORT =
      classes()
          .that()
          .resideInAPackage(WeftClasses.RING)
          .should()
          .onlyDependOnClassesThat(
              JAVA_BASE
                  .or(JSPECIFY)
                  .or(resideInAPackage(WeftClasses.RING))
                  .or(
                      resideInAPackage(WeftClasses.SPI)
                          .and(topLevel("Errno").or(topLevel("ErrnoException")))));

  static final ArchRule THE_CORE_IS_NOBODYS_BUSINESS =
      noClasses()
          .that()
          .resideOutsideOfPackage(WeftClasses.CORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(WeftClasses.CORE);

  static final ArchRule PORTS_FOR_USERS_DO_NOT_KNOW_THE_SPI =
      noClasses()
          .that()
          .resideInAPackage(WeftClasses.PORTS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(WeftClasses.SPI);

  static final ArchRule ADAPTERS_ARE_NAMED_BY_COMPOSITION_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              WeftClasses.ADAPTERS, WeftClasses.GUICE, WeftClasses.SERVER, WeftClasses.BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(WeftClasses.ADAPTERS);

  static final ArchRule THE_SUITE_NEEDS_THE_API_ONLY =
      classes()
          .that()
          .resideInAPackage(WeftClasses.TCK)
          .should()
          .onlyDependOnClassesThat(
              API_FOR_OTHERS.or(
                  resideInAnyPackage(
                      WeftClasses.TCK,
                      "java..",
                      "javax..",
                      "jdk.net..",
                      "jdk.jfr..",
                      "com.sun.management..",
                      "org.junit..",
                      "org.assertj..",
                      "org.opentest4j..",
                      "org.apiguardian..",
                      "org.jspecify..")));

  static final ArchRule GUICE_WIRES_ONLY_WHAT_IS_MADE_FOR_IT =
      noClasses()
          .that()
          .resideOutsideOfPackages(WeftClasses.GUICE, WeftClasses.SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.google.inject..", "jakarta.inject..", "javax.inject..");

  static final ArchRule FOREIGN_MEMORY_STAYS_IN_ITS_TWO_PLACES =
      noClasses()
          .that(not(resideInAPackage(WeftClasses.IOURING)).and(not(topLevel("NativeMemory"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  static final ArchRule INTERNALS_OF_THE_JDK_ONLY_FOR_THE_SERVERS_SIGNALS =
      noClasses()
          .that(not(resideInAPackage(WeftClasses.SERVER).and(topLevel("Signals"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("sun..", "jdk.internal..");

  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.(**)").should().beFreeOfCycles();

  private DependencyRules() {}

  private static DescribedPredicate<JavaClass> javaBase() {
    Set<String> exported =
        ModuleLayer.boot().findModule("java.base").orElseThrow().getDescriptor().exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .collect(Collectors.toSet());
    return describe("java.base exports", type -> exported.contains(type.getPackageName()));
  }

  /** A class, or one nested in it, whose outermost class has this simple name. */
  static DescribedPredicate<JavaClass> topLevel(String simpleName) {
    return describe("are " + simpleName, type -> outermostName(type).equals(simpleName));
  }

  static String outermostName(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length());
    return name.replaceFirst("^\\.", "").replaceFirst("\\$.*", "");
  }

  private static ArchCondition<JavaClass> needTheApiOnly() {
    return new ArchCondition<>("depend on the JDK, on the API and on their own package only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        DescribedPredicate<JavaClass> allowed =
            JAVA_BASE
                .or(JSPECIFY)
                .or(API_FOR_OTHERS)
                .or(resideInAPackage(adapterPackage(type) + ".."));
        type.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> !allowed.test(dependency.getTargetClass().getBaseComponentType()))
            .forEach(d -> events.add(SimpleConditionEvent.violated(type, d.getDescription())));
      }
    };
  }

  /** For {@code io.weft.poller.nio} and all below it: {@code io.weft.poller.nio}. */
  private static String adapterPackage(JavaClass type) {
    return type.getPackageName().replaceFirst("^(io\\.weft\\.poller\\.[^.]+).*", "$1");
  }
}
