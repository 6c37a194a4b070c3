package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReleaseCodecTest {
  private static final String RELEASE =
      "{\"name\":\"web\",\"version\":3,\"new-in-helm-4\":{\"x\":[1.50,12345678901234567890]},"
          + "\"info\":{\"status\":\"deployed\",\"deleted\":\"\",\"other\":1,"
          + "\"first_deployed\":\"2026-11-01T10:00:00.5+01:00\"},"
          + "\"config\":{\"a\":null,\"share\":0.10,\"big\":12345678901}}";

  @Test
  void keepsWhatItDoesNotKnowAndEveryNumber() throws IOException {
    ObjectNode release = ReleaseCodec.decode(base64(gzip(RELEASE)));

    assertThat(release.toString()).isEqualTo(RELEASE);
    assertThat(ReleaseCodec.decode(ReleaseCodec.encode(release)).toString()).isEqualTo(RELEASE);
  }

  @Test
  void readsRecordsThatAreNotCompressed() throws IOException {
    byte[] plain = RELEASE.getBytes(StandardCharsets.UTF_8);

    assertThat(ReleaseCodec.decode(base64(plain)).toString()).isEqualTo(RELEASE);
  }

  @Test
  void readsTimesAndValues() throws IOException {
    var revision =
        new ReleaseDocument(
                new ReleaseRef("team-a", "web"), ReleaseCodec.decode(base64(gzip(RELEASE))))
            .revision();

    assertThat(revision.created()).isEqualTo("2026-11-01T09:00:00.5Z");
    assertThat(revision.updated()).isEqualTo(revision.created());
    assertThat(revision.deleted()).isEmpty();
    assertThat(revision.values()).containsEntry("a", null).containsEntry("big", 12345678901L);
  }

  @Test
  void refusesABomb() {
    byte[] bomb = gzip("{\"a\":\"" + " ".repeat(33 << 20) + "\"}");

    assertThat(bomb).hasSizeLessThan(1 << 20);
    assertThatThrownBy(() -> ReleaseCodec.decode(base64(bomb)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void refusesATreeThatIsFarLargerThanItsText() {
    byte[] bomb = gzip("{\"config\":{\"a\":[{}" + ",{}".repeat(1 << 20) + "]}}");

    assertThat(bomb).hasSizeLessThan(1 << 14);
    assertThatThrownBy(() -> ReleaseCodec.decode(base64(bomb)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1000000");
  }

  @Test
  void refusesADepthThatNobodyWrites() {
    String deep = "{\"a\":" + "[".repeat(300) + "]".repeat(300) + "}";

    assertThatThrownBy(() -> ReleaseCodec.decode(base64(gzip(deep))))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "-1.5e999999999", "1e-999999999", "1E2147483647"})
  void refusesNumbersThatWouldBeGigabytesAsText(String number) {
    String record = "{\"config\":{\"a\":" + number + "}}";

    assertThatThrownBy(() -> ReleaseCodec.decode(base64(gzip(record))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void keepsNumbersAsGoHasThem() throws IOException {
    String record = "{\"config\":{\"a\":1.7976931348623157e308,\"b\":5e-324}}";

    assertThat(ReleaseCodec.decode(base64(gzip(record))).at("/config/b").decimalValue())
        .isEqualByComparingTo("5e-324");
  }

  @Test
  void readsLargeRecordsOneByOneAndOthersBesideThem() throws Exception {
    var codec = new ReleaseCodec();
    String large = base64(gzip("{\"manifest\":\"" + "x".repeat(5 << 20) + "\"}"));
    String usual = base64(gzip(RELEASE));
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> reads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        reads.add(
            threads.submit(
                () ->
                    codec.read(
                        large,
                        record -> {
                          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                          int length = record.path("manifest").textValue().length();
                          // A usual one does not wait for this one.
                          assertThat(readOn(threads(), codec, usual)).isEqualTo("web");
                          inside.decrementAndGet();
                          return length;
                        })));
      }
      for (Future<Integer> read : reads) {
        assertThat(read.get()).isEqualTo(5 << 20);
      }
    }
    assertThat(most).hasValue(1);
  }

  private static ExecutorService threads() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  private static String readOn(ExecutorService thread, ReleaseCodec codec, String data) {
    try (thread) {
      return thread
          .submit(() -> codec.read(data, record -> record.path("name").asText()))
          .get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAAA", "W10=", "WzFd"})
  void refusesWhatIsNoRecord(String data) {
    assertThatThrownBy(() -> ReleaseCodec.decode(data)).isInstanceOf(IOException.class);
  }

  private static String base64(byte[] content) {
    Base64.Encoder encoder = Base64.getEncoder();
    return encoder.encodeToString(encoder.encode(content));
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
