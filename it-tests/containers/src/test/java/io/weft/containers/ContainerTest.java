package io.weft.containers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests that need a Docker engine. Without one they do not run, and say so; with {@code
 * CI=true} they fail. A test may ask for the {@link Images} that it needs.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({EngineCondition.class, ImagesParameter.class})
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@interface ContainerTest {}
