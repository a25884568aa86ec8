package io.weft.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * Runs the soak: traffic on many connections that are disturbed in every way at once, for five
 * seconds or what {@code weft.tck.soak-millis} says. The class that carries it names the poller and
 * the scheduling as one of a {@link TckSuite} does.
 *
 * <p>It is best run in a JVM of its own with a small heap and a collector that moves objects while
 * the program runs ({@code -Xmx96m -XX:+UseZGC}): memory that is freed too early then soon is
 * somebody else's.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Suite
@SelectClasses(names = "io.weft.tck.SoakTck")
@ConfigurationParameter(key = "weft.tck.soak", value = "true")
public @interface SoakSuite {}
