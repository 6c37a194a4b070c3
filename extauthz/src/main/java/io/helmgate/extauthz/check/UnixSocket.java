package io.helmgate.extauthz.check;

import io.grpc.InsecureServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A UNIX socket as a listener; its file's rights say who may ask. */
final class UnixSocket implements AutoCloseable {

  private static final String OWNER_AND_GROUP = "rw-rw----";

  private final Path file;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  /**
   * Prepares the listener; a socket that an earlier process left is removed.
   *
   * @throws IOException when there is another file, or no support for UNIX sockets
   */
  UnixSocket(Path file) throws IOException {
    this.file = file;
    if (!Epoll.isAvailable()) {
      var _ = loops.shutdownGracefully();
      throw new IOException(
          "extauthz.serving.unix_socket: not supported here (expected: Linux)",
          Epoll.unavailabilityCause());
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.isRegularFile(file) || Files.isDirectory(file)) {
        var _ = loops.shutdownGracefully();
        throw new IOException(file + ": is no socket (expected: a free name)");
      }
      Files.delete(file);
    }
  }

  NettyServerBuilder server() {
    return NettyServerBuilder.forAddress(
            new DomainSocketAddress(file.toFile()), InsecureServerCredentials.create())
        .channelType(EpollServerDomainSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops);
  }

  /** To be called once it listens. */
  void protect() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_AND_GROUP));
  }

  @Override
  public void close() throws IOException {
    var _ = loops.shutdownGracefully();
    Files.deleteIfExists(file);
  }
}
