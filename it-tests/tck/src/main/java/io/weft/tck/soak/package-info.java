/**
 * The traffic of a soak: many connections that are disturbed in every way at once, and whose every
 * byte is checked.
 */
@NullMarked
package io.weft.tck.soak;

import org.jspecify.annotations.NullMarked;
