package io.helmgate.kit.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up logging for the whole process. */
public final class Logging {
  private static final String PRETTY_PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %logger{36} - %msg %kvp%replace({%mdc}){'\\{\\}', ''}%n%ex";

  private Logging() {}

  /**
   * Sends all events to standard output; what logs by {@code java.util.logging} too.
   *
   * @param directives levels such as {@code info,io.helmgate=debug}: one without a name is for all
   *     loggers; later ones win
   * @throws IllegalArgumentException when a directive names no level
   */
  public static void configure(LogFormat format, String directives) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    LevelChangePropagator propagator = new LevelChangePropagator();
    propagator.setContext(context);
    propagator.setResetJUL(true);
    context.addListener(propagator);
    propagator.start();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();

    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder(format, context));
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    root.setLevel(Level.INFO);
    for (String directive : directives.split(",", -1)) {
      apply(directive.strip(), context);
    }
  }

  private static void apply(String directive, LoggerContext context) {
    int equals = directive.indexOf('=');
    String name =
        equals < 0 ? org.slf4j.Logger.ROOT_LOGGER_NAME : directive.substring(0, equals).strip();
    String level = directive.substring(equals + 1).strip();
    Level parsed = Level.toLevel(level, null);
    if (parsed == null) {
      throw new IllegalArgumentException(
          "log level: " + level + " (expected: off, error, warn, info, debug or trace)");
    }
    context.getLogger(name).setLevel(parsed);
  }

  private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    return switch (format) {
      case JSON -> {
        JsonLines encoder = new JsonLines();
        encoder.setContext(context);
        encoder.start();
        yield encoder;
      }
      case PRETTY -> {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PRETTY_PATTERN);
        encoder.start();
        yield encoder;
      }
    };
  }
}
