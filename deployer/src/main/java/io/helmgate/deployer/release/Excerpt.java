package io.helmgate.deployer.release;

import java.nio.charset.StandardCharsets;

/** Long texts shortened in their middle, since errors tell what is wrong at either end. */
public final class Excerpt {

  private static final String CUT = "…";
  private static final int CUT_BYTES = 3;

  private Excerpt() {}

  /**
   * A text, or what there is room for of its beginning and end.
   *
   * @param bytes of the result in UTF-8, at most
   */
  public static String of(String text, int bytes) {
    if (bytes(text) <= bytes) {
      return text;
    }
    int room = bytes - CUT_BYTES;
    int last = room / 4;
    int begin = text.length();
    while (bytes(text, text.offsetByCodePoints(begin, -1), begin) <= last) {
      int before = text.offsetByCodePoints(begin, -1);
      last -= bytes(text, before, begin);
      begin = before;
    }
    int first = room - room / 4;
    int end = 0;
    while (bytes(text, end, text.offsetByCodePoints(end, 1)) <= first) {
      int after = text.offsetByCodePoints(end, 1);
      first -= bytes(text, end, after);
      end = after;
    }
    return text.substring(0, end) + CUT + text.substring(begin);
  }

  /** So many are needed in UTF-8. */
  public static int bytes(String text) {
    return bytes(text, 0, text.length());
  }

  private static int bytes(String text, int begin, int end) {
    return text.substring(begin, end).getBytes(StandardCharsets.UTF_8).length;
  }
}
