/** Servers side by side: starts each in a process of its own, loads it, and compares. */
@NullMarked
package io.weft.bench.side;

import org.jspecify.annotations.NullMarked;
