package io.weft.poller.iouring;

import io.weft.tck.SoakSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@SoakSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "io_uring")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
@ConfigurationParameter(key = "weft.tck.opener", value = "io.weft.poller.iouring.Audited")
class IoUringJdkSoakTest {}
