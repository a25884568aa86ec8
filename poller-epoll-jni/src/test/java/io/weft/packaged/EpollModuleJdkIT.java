package io.weft.packaged;

import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * A part of the suite on the adapter's jar, as a module: what a module may change is how it is
 * found and what is open to it, which does not differ from case to case.
 */
@Suite
@SelectPackages("io.weft.tck")
@IncludeClassNamePatterns("io\\.weft\\.tck\\.(BasicIo|Loop|Unix)Tck")
@ConfigurationParameter(key = "weft.tck.poller", value = "epoll")
@ConfigurationParameter(key = "weft.tck.scheduling", value = "jdk")
class EpollModuleJdkIT {}
