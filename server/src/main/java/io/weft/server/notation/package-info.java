/** Addresses and durations as the command line and the configuration write them. */
@NullMarked
package io.weft.server.notation;

import org.jspecify.annotations.NullMarked;
