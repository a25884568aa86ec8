/** What runs inside the containers beside Weft: plain clients, and adapters that break promises. */
@NullMarked
package io.weft.containers.inside;

import org.jspecify.annotations.NullMarked;
