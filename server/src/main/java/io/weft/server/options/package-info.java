/** The options of the command line: their names, their values, and what they mean together. */
@NullMarked
package io.weft.server.options;

import org.jspecify.annotations.NullMarked;
