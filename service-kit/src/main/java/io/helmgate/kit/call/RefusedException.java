package io.helmgate.kit.call;

import java.io.Serial;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Carries a refusal out of nested parsing; {@link CallDecoder} turns it into a result. */
final class RefusedException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private static final int MAX_LENGTH = 500;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

  private final Refusal reason;
  private final String text;

  RefusedException(Refusal reason, String text) {
    this(reason, text, null);
  }

  RefusedException(Refusal reason, String text, @Nullable Throwable cause) {
    // Refusals are ordinary outcomes: a stack trace would only cost time.
    super(text, cause, false, false);
    this.reason = reason;
    this.text = shown(text);
  }

  static RefusedException malformed(String text) {
    return new RefusedException(Refusal.MALFORMED, text);
  }

  static RefusedException malformed(String text, Throwable cause) {
    return new RefusedException(Refusal.MALFORMED, text, cause);
  }

  static RefusedException tooLarge(String what, long limit, String unit) {
    return new RefusedException(
        Refusal.TOO_LARGE, "%s: too large (expected: at most %d %s)".formatted(what, limit, unit));
  }

  static RefusedException unsupported(String text) {
    return new RefusedException(Refusal.UNSUPPORTED_MEDIA_TYPE, text);
  }

  /** Parts of a request stand in the text. */
  private static String shown(String text) {
    String brief = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    return UNPRINTABLE.matcher(brief).replaceAll("?");
  }

  Decoding.Refused refused() {
    return new Decoding.Refused(reason, text);
  }
}
