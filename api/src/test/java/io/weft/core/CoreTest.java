package io.weft.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test that runs with every manner of poller and every kind of calling thread. */
@ParameterizedTest
@EnumSource(Variant.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface CoreTest {}
