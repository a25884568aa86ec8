/** Rules of dependency, size and naming over all modules. */
@NullMarked
package io.weft.architecture;

import org.jspecify.annotations.NullMarked;
