package io.helmgate.deployer.values;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are not to be shown, be there some or a hundred thousand of them: what they need of
 * memory grows with their length, and of time with that of the text that they are looked for in.
 */
final class HiddenTexts {

  /** Shorter ones are too common in texts to be looked for there. */
  private static final int MIN_LENGTH = 4;

  /** Longer ones are hidden piece by piece, so that a look at one place is short. */
  private static final int MAX_PIECE = 256;

  private final TreeMap<CharBuffer, @Nullable Piece> pieces = new TreeMap<>();

  /**
   * A text that is looked for.
   *
   * @param start the longest other that it starts with
   */
  private record Piece(int length, @Nullable Piece start) {}

  HiddenTexts(Collection<String> texts) {
    for (String text : texts) {
      if (text.length() >= MIN_LENGTH) {
        forms(text).forEach(this::add);
      }
    }
    Deque<Map.Entry<CharBuffer, @Nullable Piece>> starts = new ArrayDeque<>();
    for (Map.Entry<CharBuffer, @Nullable Piece> each : pieces.entrySet()) {
      while (!starts.isEmpty() && !startsWith(each.getKey(), starts.getFirst().getKey())) {
        starts.pop();
      }
      Piece start = starts.isEmpty() ? null : starts.getFirst().getValue();
      each.setValue(new Piece(each.getKey().length(), start));
      starts.push(each);
    }
  }

  /** A text as it stands in others: as it is, in JSON (also as Go writes that), in base64. */
  private static Set<String> forms(String text) {
    String json =
        text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t");
    String go = json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    String base64 = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return new LinkedHashSet<>(List.of(text, go, json, base64));
  }

  private void add(String form) {
    char[] chars = form.toCharArray();
    int last = Math.max(0, chars.length - MAX_PIECE);
    for (int from = 0; from < last; from += MAX_PIECE) {
      pieces.put(CharBuffer.wrap(chars, from, MAX_PIECE), null);
    }
    pieces.put(CharBuffer.wrap(chars, last, chars.length - last), null);
  }

  private static boolean startsWith(CharBuffer text, CharBuffer start) {
    int same = text.mismatch(start);
    return same < 0 || same == start.length();
  }

  /** A text without those that it holds. */
  String hide(String text) {
    if (pieces.isEmpty()) {
      return text;
    }
    char[] chars = text.toCharArray();
    var shown = new StringBuilder();
    int end = -1;
    for (int at = 0; at < chars.length; at++) {
      int length = longest(CharBuffer.wrap(chars, at, chars.length - at));
      if (length > 0) {
        if (at > end) {
          shown.append(Values.MASK);
        }
        end = Math.max(end, at + length);
      } else if (at >= end) {
        shown.append(chars[at]);
      }
    }
    return shown.toString();
  }

  /**
   * The length of the longest that a text starts with. What starts it is the greatest that is not
   * greater than the text, or starts that one.
   */
  private int longest(CharBuffer text) {
    Map.Entry<CharBuffer, @Nullable Piece> found = pieces.floorEntry(text);
    if (found == null) {
      return 0;
    }
    int same = text.mismatch(found.getKey());
    Piece piece = found.getValue();
    while (piece != null && same >= 0 && piece.length() > same) {
      piece = piece.start();
    }
    return piece == null ? 0 : piece.length();
  }
}
