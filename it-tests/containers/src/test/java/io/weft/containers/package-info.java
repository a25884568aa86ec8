/** The behaviour suite and the server inside Linux containers. */
@NullMarked
package io.weft.containers;

import org.jspecify.annotations.NullMarked;
