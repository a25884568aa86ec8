/** The standalone server: command line, composition root, echo. */
@NullMarked
package io.weft.server;

import org.jspecify.annotations.NullMarked;
