package io.helmgate.deployer.chart;

import java.io.IOException;
import java.io.Serial;

/** A chart archive or repository index breaks a rule; the message says which, and may be shown. */
public final class BadChartException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public BadChartException(String message) {
    super(message);
  }

  public BadChartException(String message, Throwable cause) {
    super(message, cause);
  }
}
