/** The proxy: sessions from accept to the line in the access log, and the service that has them. */
@NullMarked
package io.weft.server.proxy;

import org.jspecify.annotations.NullMarked;
