package io.helmgate.sandbox.tools;

import java.io.IOException;

/** A tool can't be had on this machine; the message says why, for the person at the terminal. */
final class ToolException extends IOException {
  ToolException(String message) {
    super(message);
  }
}
