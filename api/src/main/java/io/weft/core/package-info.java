/**
 * The one implementation of connections and listeners: locks, deadlines, loops, scheduling, close.
 */
@NullMarked
package io.weft.core;

import org.jspecify.annotations.NullMarked;
