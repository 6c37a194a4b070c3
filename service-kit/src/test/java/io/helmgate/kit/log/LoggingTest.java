package io.helmgate.kit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
  private final PrintStream before = System.out;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
  private final Logger log = LoggerFactory.getLogger("io.helmgate.sample");

  private void configure(LogFormat format, String directives) {
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    Logging.configure(format, directives);
  }

  @AfterEach
  void restore() {
    System.setOut(before);
    Logging.configure(LogFormat.PRETTY, "info");
  }

  private List<String> lines() {
    return captured.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private JsonNode line(int index) throws IOException {
    return new ObjectMapper().readTree(lines().get(index));
  }

  @Test
  void anEventIsOneLineOfJsonWithItsMdcKeys() throws IOException {
    configure(LogFormat.JSON, "info");

    try (var id = MDC.putCloseable("request_id", "r-1")) {
      assertThat(id).isNotNull();
      log.atInfo().addKeyValue("decision", "allow").log("two\nlines, {}", "\"quoted\"");
    }
    log.warn("after");

    JsonNode event = line(0);
    assertThat(Instant.parse(event.path("time").asText()))
        .isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now());
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("logger").asText()).isEqualTo("io.helmgate.sample");
    assertThat(event.path("message").asText()).isEqualTo("two\nlines, \"quoted\"");
    assertThat(event.path("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(event.path("request_id").asText()).isEqualTo("r-1");
    assertThat(event.path("decision").asText()).isEqualTo("allow");
    assertThat(event.has("error")).isFalse();
    assertThat(line(1).has("request_id")).isFalse();
    assertThat(lines()).hasSize(2);
  }

  @Test
  void anErrorHasTypeMessageAndStackWithItsCause() throws IOException {
    configure(LogFormat.JSON, "info");

    log.error("failed", new IllegalStateException("outer", new IOException("inner")));

    JsonNode error = line(0).path("error");
    assertThat(error.path("type").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.path("message").asText()).isEqualTo("outer");
    assertThat(error.path("stack").asText())
        .contains("at io.helmgate.kit.log.LoggingTest")
        .contains("Caused by: java.io.IOException: inner");
  }

  @Test
  void anMdcKeyNeverReplacesAFieldOfTheEvent() throws IOException {
    configure(LogFormat.JSON, "info");

    try (var level = MDC.putCloseable("level", "none")) {
      assertThat(level).isNotNull();
      log.info("x");
    }

    assertThat(line(0).path("level").asText()).isEqualTo("INFO");
    assertThat(line(0).path("level_").asText()).isEqualTo("none");
  }

  @Test
  void prettyEventsAreTextWithTheirMdcKeys() {
    configure(LogFormat.PRETTY, "info");

    try (var id = MDC.putCloseable("request_id", "r-1")) {
      assertThat(id).isNotNull();
      log.info("with");
    }
    log.info("without");

    assertThat(lines().get(0))
        .matches(
            "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  io\\.helmgate\\.sample - with \\{request_id=r-1}");
    assertThat(lines().get(1)).endsWith("- without ");
  }

  @Test
  void directivesSetLevelsByLogger() {
    configure(LogFormat.PRETTY, "error,io.helmgate=debug,io.helmgate.quiet=off");

    LoggerFactory.getLogger("other").warn("no");
    LoggerFactory.getLogger("io.helmgate.quiet.part").error("no");
    log.debug("yes");
    log.trace("no");

    assertThat(lines()).hasSize(1).first().asString().contains("yes");
  }

  @Test
  void theLastDirectiveForALoggerWins() {
    configure(LogFormat.PRETTY, "io.helmgate=debug,info,io.helmgate=warn");

    log.info("no");

    assertThat(lines()).isEmpty();
  }

  @Test
  void eventsOfJavaUtilLoggingAreTakenToo() {
    configure(LogFormat.PRETTY, "info,io.helmgate=debug");

    java.util.logging.Logger.getLogger("io.helmgate.jul").log(Level.FINE, "from jul");

    assertThat(lines()).hasSize(1).first().asString().contains("DEBUG").contains("from jul");
  }

  @Test
  void aDirectiveWithoutALevelIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> configure(LogFormat.JSON, "info,io.helmgate=loud"))
        .withMessageStartingWith("log level: loud (expected: ");
  }
}
