package io.helmgate.kit.call;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** A digest of calls: equal if and only if the same methods get the same requests, in order. */
public final class CallDigest {

  private CallDigest() {}

  /**
   * SHA-256 in base64url without padding, over the number of calls and, for each, method and
   * deterministic protobuf bytes with their lengths. How the calls were made, and GraphQL response
   * keys, do not count.
   */
  public static String of(List<Call> calls) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(encoded)) {
      out.writeInt(calls.size());
      for (Call call : calls) {
        write(out, call.method().getBytes(StandardCharsets.UTF_8));
        write(out, deterministic(call.request()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(encoded.toByteArray()));
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] deterministic(Message message) throws IOException {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    message.writeTo(out);
    out.checkNoSpaceLeft();
    return bytes;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
