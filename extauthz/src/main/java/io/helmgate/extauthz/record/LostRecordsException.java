package io.helmgate.extauthz.record;

import java.io.IOException;

/** Some records could not be delivered and are given up. */
final class LostRecordsException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int count;

  LostRecordsException(String message, int count) {
    super(message);
    this.count = count;
  }

  int count() {
    return count;
  }
}
