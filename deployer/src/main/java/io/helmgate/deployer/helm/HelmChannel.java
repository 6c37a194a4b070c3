package io.helmgate.deployer.helm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/**
 * Calls and their results between the service and its Helm processes, over a UNIX socket: each one
 * JSON document after its length as four bytes. Not over standard output, which Helm's library
 * swaps on each call.
 */
final class HelmChannel implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** More than any manifest that the cluster could store. */
  private static final int MAX_BYTES = 64 << 20;

  /**
   * What came of a call.
   *
   * @param text what Helm printed, or why it failed
   */
  record Result(boolean done, String text) {}

  private final SocketChannel socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  HelmChannel(SocketChannel socket) {
    this.socket = socket;
    this.in = new DataInputStream(Channels.newInputStream(socket));
    this.out = new DataOutputStream(Channels.newOutputStream(socket));
  }

  void write(HelmCall call) throws IOException {
    // By its interface: only that tells which kind of call it is.
    frame(JSON.writerFor(HelmCall.class).writeValueAsBytes(call));
  }

  void write(Result result) throws IOException {
    frame(JSON.writeValueAsBytes(result));
  }

  /**
   * Waits for a call.
   *
   * @throws EOFException when the other side has ended
   */
  HelmCall call() throws IOException {
    return JSON.readValue(frame(), HelmCall.class);
  }

  /**
   * Waits for a result.
   *
   * @throws EOFException when the other side has ended
   */
  Result result() throws IOException {
    return JSON.readValue(frame(), Result.class);
  }

  private void frame(byte[] content) throws IOException {
    if (content.length > MAX_BYTES) {
      throw new IOException("frame: " + content.length + " bytes (expected: at most " + MAX_BYTES);
    }
    out.writeInt(content.length);
    out.write(content);
    out.flush();
  }

  private byte[] frame() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("frame: " + length + " bytes (expected: at most " + MAX_BYTES);
    }
    byte[] content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("frame: cut after " + content.length + " of " + length + " bytes");
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
