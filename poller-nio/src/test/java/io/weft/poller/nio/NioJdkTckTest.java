package io.weft.poller.nio;

import io.weft.tck.TckSuite;
import org.junit.platform.suite.api.ConfigurationParameter;

@TckSuite
@ConfigurationParameter(key = "weft.tck.poller", value = "nio")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
class NioJdkTckTest {}
