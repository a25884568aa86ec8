package io.weft.poller.epoll;

import io.weft.Conn;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;

/**
 * What is traced, in a virtual machine of its own. Each step is announced on standard output, by
 * the thread that takes it, so that the trace of that thread is divided into steps.
 */
final class TracedMain {
  private static final int MESSAGE_BYTES = 64;

  private final Net net;

  private TracedMain(Net net) {
    this.net = net;
  }

  /** {@code calls NETWORK ADDRESS...}, or {@code echo SCHEDULING MESSAGES}. */
  public static void main(String[] args) throws Exception {
    boolean echoes = args[0].equals("echo");
    Scheduling scheduling = echoes ? Scheduling.valueOf(args[1]) : Scheduling.ON_LOOP;
    NetConfig config =
        NetConfig.DEFAULT.withPoller("epoll").withScheduling(scheduling).withLoops(1);
    try (Net net = Net.open(config)) {
      if (echoes) {
        TracedEchoTest.echo(Integer.parseInt(args[2])).serve(net, System.out);
      } else {
        FutureTask<Void> calls = new FutureTask<>(() -> new TracedMain(net).calls(args));
        net.go(calls);
        calls.get();
      }
    }
  }

  private static void step(String name) {
    System.out.print("step " + name + "\n");
    System.out.flush();
  }

  private Void calls(String[] networks) throws IOException, InterruptedException {
    for (int i = 1; i < networks.length; i += 2) {
      calls(networks[i], networks[i + 1]);
    }
    return null;
  }

  private void calls(String network, String address) throws IOException, InterruptedException {
    ByteBuffer there = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    ByteBuffer here = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    step(network + " listen");
    Listener listener = net.listen(network, address);
    String listening = addressOf(listener);
    step(network + " dial");
    Conn client = net.dial(network, listening);
    step(network + " accept");
    Conn server = listener.accept();
    step(network + " read that waits");
    Thread writer = net.go(() -> write(client, there));
    server.read(here);
    writer.join();
    step(network + " write");
    client.write(there.clear());
    step(network + " read");
    server.read(here.clear());
    step(network + " accept that waits");
    Thread dialler = net.go(() -> dial(network, listening));
    Conn second = listener.accept();
    dialler.join();
    second.close();
    step(network + " close");
    server.close();
    step(network + " close listener");
    listener.close();
    step(network + " rest");
    client.close();
  }

  private static void write(Conn conn, ByteBuffer bytes) {
    try {
      conn.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void dial(String network, String address) {
    try {
      net.dial(network, address).close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String addressOf(Listener listener) {
    return switch (listener.address()) {
      case InetSocketAddress inet when inet.getAddress().isAnyLocalAddress() ->
          new HostPort("127.0.0.1", Integer.toString(inet.getPort())).join();
      case InetSocketAddress inet ->
          new HostPort(inet.getAddress().getHostAddress(), Integer.toString(inet.getPort())).join();
      case UnixDomainSocketAddress unix -> unix.getPath().toString();
      default -> throw new AssertionError(listener.address());
    };
  }
}
