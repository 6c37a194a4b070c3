package io.helmgate.deployer.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** What is written to the audit log meanwhile. */
public final class AuditEvents implements AutoCloseable {

  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.helmgate.audit");

  /** Begins to listen. */
  public AuditEvents() {
    logger.setLevel(Level.INFO);
    events.start();
    logger.addAppender(events);
  }

  String message() {
    return events.list.getLast().getFormattedMessage();
  }

  /** The facts of the newest event. */
  public Map<String, Object> pairs() {
    return all().getLast();
  }

  /** The facts of each event, in order. */
  public List<Map<String, Object>> all() {
    synchronized (events) { // which is how it is written to
      return events.list.stream().map(AuditEvents::pairs).toList();
    }
  }

  private static Map<String, Object> pairs(ILoggingEvent event) {
    var pairs = new LinkedHashMap<String, Object>();
    event.getKeyValuePairs().forEach(pair -> pairs.put(pair.key, pair.value));
    return pairs;
  }

  @Override
  public void close() {
    logger.detachAppender(events);
  }
}
