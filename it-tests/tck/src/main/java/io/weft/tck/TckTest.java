package io.weft.tck;

import io.weft.Network;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A case: runs once for each network that the adapter has and each placement, with a {@link
 * TestingNet} of its own as argument.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(TckTemplate.class)
@interface TckTest {
  /** On which networks. */
  Network[] networks() default {Network.TCP, Network.UNIX};

  /** From where. */
  Placement[] placements() default {Placement.OWN_LOOP, Placement.OTHER_LOOP, Placement.PLATFORM};

  /** The configuration parameter that must be {@code true} for the case to run; empty for none. */
  String optIn() default "";
}
