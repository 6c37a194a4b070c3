package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
    byte[] bomb = gzip("{\"a\":\"" + " ".repeat(65 << 20) + "\"}");

    assertThat(bomb).hasSizeLessThan(1 << 20);
    assertThatThrownBy(() -> ReleaseCodec.decode(base64(bomb)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than");
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
