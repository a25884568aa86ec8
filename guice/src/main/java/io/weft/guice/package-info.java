/**
 * Guice modules: {@link io.weft.guice.WeftModule} binds {@link io.weft.Net}, the others each add a
 * poller to choose from.
 */
@NullMarked
package io.weft.guice;

import org.jspecify.annotations.NullMarked;
