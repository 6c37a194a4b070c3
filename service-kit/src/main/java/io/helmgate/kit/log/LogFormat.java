package io.helmgate.kit.log;

/** What a log event looks like. */
public enum LogFormat {
  /** One JSON object a line, for collectors. */
  JSON,
  /** Text for a person at a terminal. */
  PRETTY
}
