package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The form in which Helm keeps a release in a Secret: JSON, gzipped, in base64, in the Secret's own
 * base64 (Helm's storage/driver/util.go). A record without gzip's magic number is plain JSON.
 */
final class ReleaseCodec {
  /**
   * A record has 768 KiB of gzip at most (Kubernetes' bound on Secrets), and charts in it, which
   * are in base64, shrink to a fifth: a bound against gzip bombs.
   */
  private static final int LIMIT = 32 << 20;

  /** A bound against trees that are far larger than their texts: a token needs some 50 bytes. */
  private static final int MAX_TOKENS = 1_000_000;

  private static final int MAX_DEPTH = 200;

  /** Beyond what Go reads as a number, and far beyond what can be written without an exponent. */
  private static final int MAX_SCALE = 1100;

  /** Larger records are read one by one. */
  private static final int USUAL = 1 << 20;

  private static final ObjectMapper MAPPER = mapper();
  private static final ObjectMapper RECORDS = records();

  private final Lock large = new ReentrantLock();

  /** A mapper that reads large texts and keeps every number as it was written. */
  static ObjectMapper mapper() {
    return mapper(StreamReadConstraints.builder().maxStringLength(2 * LIMIT).build()).build();
  }

  private static ObjectMapper records() {
    return mapper(
            StreamReadConstraints.builder()
                .maxStringLength(LIMIT)
                .maxTokenCount(MAX_TOKENS)
                .maxNestingDepth(MAX_DEPTH)
                .build())
        .nodeFactory(
            new JsonNodeFactory() {
              @Serial private static final long serialVersionUID = 1L;

              @Override
              public ValueNode numberNode(BigDecimal number) {
                if (Math.abs((long) number.scale()) > MAX_SCALE) {
                  throw new IllegalArgumentException("a number of " + number.scale() + " digits");
                }
                return super.numberNode(number);
              }
            })
        .build();
  }

  private static JsonMapper.Builder mapper(StreamReadConstraints constraints) {
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }

  /**
   * Reads a record.
   *
   * @param data the Secret's {@code data.release}
   * @throws IOException when this is no release record, or a larger one than can be
   */
  static ObjectNode decode(String data) throws IOException {
    return new ReleaseCodec().read(data, record -> record);
  }

  /** The same of what stands in the Secret without its own base64. */
  static ObjectNode decode(byte[] data) throws IOException {
    return new ReleaseCodec().read(data, record -> record);
  }

  /**
   * Takes from a record what is wanted of it; of large ones from one after the other.
   *
   * @throws IOException as above
   */
  <T> T read(String data, Function<ObjectNode, T> wanted) throws IOException {
    return read(unwrapped(data.getBytes(StandardCharsets.ISO_8859_1)), wanted);
  }

  private <T> T read(byte[] data, Function<ObjectNode, T> wanted) throws IOException {
    byte[] stored = unwrapped(data);
    try (InputStream json = zipped(stored) ? unzipped(stored) : new ByteArrayInputStream(stored)) {
      byte[] start = json.readNBytes(USUAL);
      if (start.length < USUAL) {
        return wanted.apply(parsed(start));
      }
      large.lock();
      try {
        return wanted.apply(parsed(whole(start, json)));
      } finally {
        large.unlock();
      }
    }
  }

  private static byte[] unwrapped(byte[] data) throws IOException {
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw new IOException("the release record is no base64", e);
    }
  }

  private static byte[] whole(byte[] start, InputStream rest) throws IOException {
    var whole = new ByteArrayOutputStream();
    whole.write(start);
    whole.write(rest.readNBytes(LIMIT - start.length + 1));
    if (whole.size() > LIMIT) {
      throw new IOException("the release record is larger than " + LIMIT + " bytes");
    }
    return whole.toByteArray();
  }

  private static ObjectNode parsed(byte[] json) throws IOException {
    try {
      if (RECORDS.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("the release record holds what Helm cannot read", e);
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

  private static InputStream unzipped(byte[] data) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(data));
  }
}
