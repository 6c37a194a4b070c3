package io.helmgate.extauthz.input;

import io.helmgate.extauthz.decision.Selection;
import java.nio.charset.StandardCharsets;

/** A document that stands already. */
public record WrittenDocument(String text) implements InputDocument {

  @Override
  public byte[] json(Selection wanted) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean call() {
    return text.contains("\"call\":");
  }

  @Override
  public long weight() {
    return text.length();
  }
}
