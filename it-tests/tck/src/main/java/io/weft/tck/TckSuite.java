package io.weft.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * Runs the whole behaviour suite. The class that carries it names the poller and the scheduling by
 * the configuration parameters {@code weft.tck.poller} and {@code weft.tck.scheduling} ({@code
 * on-loop} or {@code jdk}).
 *
 * <p>More parameters: {@code weft.tck.big=true} adds the case that needs several GiB of memory;
 * {@code weft.tck.seed} is the seed of all random data; {@code weft.tck.whole=false} allows a run
 * of a part of the suite; {@code weft.tck.patience-millis} is how long one call may take; {@code
 * weft.tck.record} names a file to which a whole run adds a line for each class of cases: poller,
 * scheduling, class, and how many runs its cases had, parted by tabs.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Suite
@SelectPackages("io.weft.tck")
@IncludeClassNamePatterns("io\\.weft\\.tck\\.[A-Z]\\w*Tck")
@ConfigurationParameter(
    key = "junit.jupiter.testclass.order.default",
    value = "org.junit.jupiter.api.ClassOrderer$OrderAnnotation")
@ConfigurationParameter(key = "weft.tck.whole", value = "true")
public @interface TckSuite {}
