/**
 * What stands in front of a connection's own bytes: PROXY headers, and the server name of a TLS
 * client. Pure codecs over buffers, without I/O, and what their results are compared with.
 */
@NullMarked
package io.weft.server.wire;

import org.jspecify.annotations.NullMarked;
