/**
 * The behaviour suite: what every poller must do, whatever its mechanism.
 *
 * <p>One class per family of behaviour. An adapter runs all of them with one class of its own,
 * which carries {@link io.weft.tck.TckSuite} and names poller and scheduling:
 *
 * <pre>{@code
 * @TckSuite
 * @ConfigurationParameter(key = "weft.tck.poller", value = "nio")
 * @ConfigurationParameter(key = "weft.tck.scheduling", value = "on-loop")
 * class NioOnLoopTckTest {}
 * }</pre>
 *
 * <p>Each case opens a net of its own and closes it; afterwards no descriptor, thread or native
 * memory may be left. The file {@code conformance.tsv} lists every case that is to be held, and the
 * run fails when one of them did not run.
 */
@NullMarked
package io.weft.tck;

import org.jspecify.annotations.NullMarked;
