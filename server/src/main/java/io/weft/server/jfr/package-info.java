/** Events for the JDK's Flight Recorder. */
@NullMarked
package io.weft.server.jfr;

import org.jspecify.annotations.NullMarked;
