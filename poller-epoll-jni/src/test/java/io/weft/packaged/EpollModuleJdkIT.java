package io.weft.packaged;

import io.weft.tck.TckSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

/** The whole suite on the adapter's jar, as a module, on the JDK's scheduler. */
@TckSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "epoll")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
class EpollModuleJdkIT {}
