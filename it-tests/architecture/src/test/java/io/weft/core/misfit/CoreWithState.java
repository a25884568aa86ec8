package io.weft.core.misfit;

import java.util.concurrent.TimeUnit;

/** Breaks: no mutable static, no thread local, no sleep, no generic exception, no native method. */
public class CoreWithState {
  static int counter;
  static final ThreadLocal<String> NAME = new ThreadLocal<>();

  static native int call();

  void sleep() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(1);
  }

  void fail() {
    throw new RuntimeException("something is wrong");
  }

  void print() {
    System.out.println(counter);
  }
}
