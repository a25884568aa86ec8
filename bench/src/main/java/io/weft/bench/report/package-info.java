/** Results of side-by-side runs: what was measured, how it compares, and how it is shown. */
@NullMarked
package io.weft.bench.report;

import org.jspecify.annotations.NullMarked;
