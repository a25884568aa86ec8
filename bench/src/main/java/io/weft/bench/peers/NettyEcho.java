package io.weft.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.ResourceLeakDetector;

/**
 * Netty's way to the same end: an echo server with one event loop, on any of its three transports,
 * io_uring with a ring of provided buffers.
 *
 * <p>Run: {@code java -cp 'bench/target/lib/*:bench/target/classes' io.weft.bench.peers.NettyEcho
 * epoll 7001}; the transport is nio, epoll or io_uring. The line {@code ready: ...} tells what it
 * bound.
 */
public final class NettyEcho {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int BACKLOG_MAX = 4096;
  private static final short BUFFER_GROUP = 1;
  private static final short BUFFERS = 1024;

  private NettyEcho() {}

  /**
   * Serves until it is killed.
   *
   * @param args the transport, and the port (0 for any, on 127.0.0.1)
   * @throws InterruptedException never: nobody interrupts
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2) {
      System.err.println("usage: NettyEcho nio|epoll|io_uring PORT");
      System.exit(2);
    }
    // as in Netty's own benchmarks: no checks of what this program does not get wrong
    System.setProperty("io.netty.buffer.checkBounds", "false");
    System.setProperty("io.netty.buffer.checkAccessible", "false");
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, handler(args[0]));
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loop)
            .channel(channel(args[0]))
            .option(ChannelOption.SO_BACKLOG, BACKLOG_MAX)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BUFFER_BYTES))
            .childHandler(new Starter(args[0].equals("io_uring")));
    var bound = server.bind("127.0.0.1", Integer.parseInt(args[1])).sync().channel();
    System.out.println("ready: netty " + args[0] + " echo on " + bound.localAddress());
    bound.closeFuture().sync();
  }

  private static IoHandlerFactory handler(String transport) {
    return switch (transport) {
      case "nio" -> NioIoHandler.newFactory();
      case "epoll" -> EpollIoHandler.newFactory();
      case "io_uring" ->
          IoUringIoHandler.newFactory(
              new IoUringIoHandlerConfig()
                  .setBufferRingConfig(
                      IoUringBufferRingConfig.builder()
                          .bufferGroupId(BUFFER_GROUP)
                          .bufferRingSize(BUFFERS)
                          .batchSize(BUFFERS / 2)
                          .allocator(
                              new IoUringFixedBufferRingAllocator(
                                  PooledByteBufAllocator.DEFAULT, BUFFER_BYTES))
                          .build()));
      default -> throw new IllegalArgumentException("transport: " + transport);
    };
  }

  private static Class<? extends ServerChannel> channel(String transport) {
    return switch (transport) {
      case "nio" -> NioServerSocketChannel.class;
      case "epoll" -> EpollServerSocketChannel.class;
      default -> IoUringServerSocketChannel.class;
    };
  }

  private static final class Starter extends ChannelInitializer<SocketChannel> {
    private final boolean ring;

    Starter(boolean ring) {
      this.ring = ring;
    }

    @Override
    protected void initChannel(SocketChannel conn) {
      if (ring) {
        conn.config().setOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
      }
      conn.pipeline().addLast(new Echo());
    }
  }

  // what a write or a close has come to is told by the next event, as in Netty's own examples
  @ChannelHandler.Sharable
  @SuppressWarnings("FutureReturnValueIgnored")
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext conn, Object received) {
      conn.writeAndFlush(received, conn.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext conn, Throwable failure) {
      conn.close();
    }
  }
}
