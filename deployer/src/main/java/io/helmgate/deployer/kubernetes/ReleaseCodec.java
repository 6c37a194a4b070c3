package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The form in which Helm keeps a release in a Secret: JSON, gzipped, in base64, in the Secret's own
 * base64 (Helm's storage/driver/util.go). A record without gzip's magic number is plain JSON.
 */
final class ReleaseCodec {
  /** Far more than fits into a Secret at any usual ratio; a bound against gzip bombs. */
  private static final int LIMIT = 64 << 20;

  private static final ObjectMapper MAPPER = mapper();

  private ReleaseCodec() {}

  /** A mapper that reads large texts and keeps every number as it was written. */
  static ObjectMapper mapper() {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxStringLength(LIMIT).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /**
   * Reads a record.
   *
   * @param data the Secret's {@code data.release}
   * @throws IOException when this is no release record, or a larger one than can be
   */
  static ObjectNode decode(String data) throws IOException {
    try {
      return decode(Base64.getDecoder().decode(data));
    } catch (IllegalArgumentException e) {
      throw new IOException("the Secret's data is no base64", e);
    }
  }

  /** The same of what stands in the Secret without its own base64. */
  static ObjectNode decode(byte[] data) throws IOException {
    byte[] stored;
    try {
      stored = Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw new IOException("the release record is no base64", e);
    }
    byte[] json = zipped(stored) ? unzip(stored) : stored;
    if (MAPPER.readTree(json) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the release record is no JSON object");
  }

  static String encode(ObjectNode release) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(MAPPER.writeValueAsBytes(release));
    }
    Base64.Encoder base64 = Base64.getEncoder();
    return base64.encodeToString(base64.encode(zipped.toByteArray()));
  }

  private static boolean zipped(byte[] data) {
    return data.length > 3 && data[0] == 0x1f && data[1] == (byte) 0x8b && data[2] == 0x08;
  }

  private static byte[] unzip(byte[] data) throws IOException {
    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(data))) {
      byte[] json = gzip.readNBytes(LIMIT + 1);
      if (json.length > LIMIT) {
        throw new IOException("the release record is larger than " + LIMIT + " bytes");
      }
      return json;
    }
  }
}
