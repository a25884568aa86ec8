/**
 * The load generator: one thread, many connections, every byte checked. It stands on the JDK's
 * Selector, so that nothing of Weft measures itself.
 */
@NullMarked
package io.weft.bench.load;

import org.jspecify.annotations.NullMarked;
