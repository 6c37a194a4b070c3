package io.helmgate.extauthz.record;

import java.io.IOException;
import java.io.PrintStream;

/** Writes lines of JSON to a stream, as OPA does with {@code decision_logs.console}. */
final class ConsoleSink implements RecordSink {

  private final PrintStream console;

  ConsoleSink(PrintStream console) {
    this.console = console;
  }

  @Override
  public String name() {
    return "console";
  }

  @Override
  public int write(byte[] record) throws IOException {
    console.writeBytes(RecordFormat.line(record));
    if (console.checkError()) {
      throw new IOException("standard output cannot be written");
    }
    return 1;
  }
}
