package io.weft.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.regex.Pattern;

/** The classes that the rules are about, and the names of their packages. */
final class WeftClasses {
  static final String PORTS = "io.weft";
  static final String SPI = "io.weft.spi..";
  static final String CORE = "io.weft.core..";
  static final String ADAPTERS = "io.weft.poller..";
  static final String EPOLL = "io.weft.poller.epoll";
  static final String IOURING = "io.weft.poller.iouring..";
  static final String RING = "io.weft.poller.iouring.ring..";
  static final String GUICE = "io.weft.guice..";
  static final String SERVER = "io.weft.server..";
  static final String TCK = "io.weft.tck..";
  static final String BENCH = "io.weft.bench..";

  // benchmarks of what is private to a package live in that package
  private static final Pattern GUEST = Pattern.compile(".*/bench/target/.*/io/weft/(?!bench/).*");

  /** Every class of every module's main sources; tests and generated benchmarks left out. */
  static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(WeftClasses::isWrittenByHand)
          .withImportOption(location -> !location.matches(GUEST))
          .importPackages("io.weft");

  private WeftClasses() {}

  private static boolean isWrittenByHand(Location location) {
    return !location.contains("jmh_generated");
  }
}
