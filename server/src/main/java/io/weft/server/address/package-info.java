/** Addresses as the command line writes them. */
@NullMarked
package io.weft.server.address;

import org.jspecify.annotations.NullMarked;
