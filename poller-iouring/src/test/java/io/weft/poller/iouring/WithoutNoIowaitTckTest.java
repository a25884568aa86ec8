package io.weft.poller.iouring;

import io.weft.tck.TckSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@TckSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "io_uring")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "on-loop")
@ConfigurationParameter(
    key = "weft.tck.opener",
    value = "io.weft.poller.iouring.Masked$WithoutNoIowait")
class WithoutNoIowaitTckTest {}
