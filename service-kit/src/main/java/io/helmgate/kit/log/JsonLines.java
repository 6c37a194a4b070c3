package io.helmgate.kit.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.event.KeyValuePair;

/**
 * Writes an event as one line of JSON: {@code time} (RFC 3339, UTC), {@code level}, {@code logger},
 * {@code message}, {@code thread}, then the MDC's keys such as {@code request_id} and the event's
 * key-value pairs by their own names, then {@code error} with {@code type}, {@code message} and
 * {@code stack}.
 *
 * <p>Logback's own JsonEncoder knows only epoch times and its own names, so it is not used.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final List<String> OWN =
      List.of("time", "level", "logger", "message", "thread", "error");

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", TIME.format(event.getInstant()));
      json.writeStringField("level", event.getLevel().toString());
      json.writeStringField("logger", event.getLoggerName());
      json.writeStringField("message", event.getFormattedMessage());
      json.writeStringField("thread", event.getThreadName());
      for (Map.Entry<String, String> pair : pairs(event).entrySet()) {
        json.writeStringField(pair.getKey(), pair.getValue());
      }
      IThrowableProxy error = event.getThrowableProxy();
      if (error != null) {
        json.writeObjectFieldStart("error");
        json.writeStringField("type", error.getClassName());
        json.writeStringField("message", error.getMessage());
        json.writeStringField("stack", ThrowableProxyUtil.asString(error));
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toByteArray();
  }

  /** MDC and key-value pairs; a name of ours among them gets an underscore, so none is lost. */
  private static Map<String, String> pairs(ILoggingEvent event) {
    Map<String, String> pairs = new TreeMap<>();
    event.getMDCPropertyMap().forEach((key, value) -> pairs.put(name(key), value));
    List<KeyValuePair> own = event.getKeyValuePairs();
    if (own != null) {
      own.forEach(pair -> pairs.put(name(pair.key), String.valueOf(pair.value)));
    }
    return pairs;
  }

  private static String name(String key) {
    return OWN.contains(key) ? key + "_" : key;
  }
}
