package io.helmgate.extauthz.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"{}", " {\"a\":[1,2.5,null,true,\"x\"]} ", "1", "\"é\"", "null"})
  void oneJsonValueIsRead(String text) {
    assertThat(StrictJson.value(text.getBytes(StandardCharsets.UTF_8))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{} {}",
        "{}x",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":1}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "[01]",
        "[NaN]",
        "[1e400]",
        "[-1e400]",
        "// x\n1",
        "\"\t\""
      })
  void anythingElseIsRefused(String text) {
    assertThat(StrictJson.value(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void otherEncodingsAreNotGuessed() {
    assertThat(StrictJson.value("{}".getBytes(StandardCharsets.UTF_16LE))).isEmpty();
    assertThat(StrictJson.value(new byte[] {'"', (byte) 0xff, '"'})).isEmpty();
  }

  @Test
  void aDeepBombIsRefused() {
    String bomb = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(StrictJson.value(bomb.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void onlyAnObjectIsAnObject() {
    assertThat(StrictJson.object("{}".getBytes(StandardCharsets.UTF_8))).isPresent();
    assertThat(StrictJson.object("[]".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
