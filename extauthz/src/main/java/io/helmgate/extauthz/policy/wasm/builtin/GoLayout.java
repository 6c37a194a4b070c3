package io.helmgate.extauthz.policy.wasm.builtin;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A layout of Go's {@code time} package: a date written the way that the reference time Mon Jan 2
 * 15:04:05 MST 2006 would be.
 *
 * @param elements the parts that stand for something, in order
 * @param tail literal text behind the last of them
 */
record GoLayout(List<Element> elements, String tail) {

  static final String RFC3339 = "2006-01-02T15:04:05Z07:00";
  static final String RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

  /** The names that OPA takes instead of a layout. */
  private static final Map<String, String> NAMED =
      Map.of(
          "ANSIC", "Mon Jan _2 15:04:05 2006",
          "UnixDate", "Mon Jan _2 15:04:05 MST 2006",
          "RubyDate", "Mon Jan 02 15:04:05 -0700 2006",
          "RFC822", "02 Jan 06 15:04 MST",
          "RFC822Z", "02 Jan 06 15:04 -0700",
          "RFC850", "Monday, 02-Jan-06 15:04:05 MST",
          "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST",
          "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700",
          "RFC3339", RFC3339,
          "RFC3339Nano", RFC3339_NANO);

  private static final Pattern ELEMENT =
      Pattern.compile(
          "January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2"
              + "|[345]|PM|pm|[Z-]07(?:0000|:00:00|00|:00)?+|[.,](?:0++|9++)(?![0-9])");

  private static final DateTimeFormatter ZONE_NAME =
      DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);

  /**
   * Part of a layout.
   *
   * @param literal text before it
   * @param code how the layout writes it
   */
  record Element(String literal, String code) {

    boolean isFraction() {
      return code.charAt(0) == '.' || code.charAt(0) == ',';
    }

    boolean isOffset() {
      return code.charAt(0) == 'Z' || code.charAt(0) == '-';
    }
  }

  static GoLayout parse(String layout) {
    String text = NAMED.getOrDefault(layout, layout);
    List<Element> elements = new ArrayList<>();
    Matcher matcher = ELEMENT.matcher(text);
    int at = 0;
    while (matcher.find()) {
      elements.add(new Element(text.substring(at, matcher.start()), matcher.group()));
      at = matcher.end();
    }
    return new GoLayout(elements, text.substring(at));
  }

  String format(ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (Element element : elements) {
      out.append(element.literal());
      if (element.isFraction()) {
        out.append(fraction(element.code(), time.getNano()));
      } else if (element.isOffset()) {
        out.append(offset(element.code(), time.getOffset().getTotalSeconds()));
      } else {
        out.append(field(element.code(), time));
      }
    }
    return out.append(tail).toString();
  }

  private static String field(String code, ZonedDateTime time) {
    int hour12 = (time.getHour() + 11) % 12 + 1;
    return switch (code) {
      case "January" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Jan" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case "Monday" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Mon" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case "MST" -> zoneName(time);
      case "01" -> pad(time.getMonthValue(), 2, '0');
      case "1" -> Integer.toString(time.getMonthValue());
      case "02" -> pad(time.getDayOfMonth(), 2, '0');
      case "_2" -> pad(time.getDayOfMonth(), 2, ' ');
      case "2" -> Integer.toString(time.getDayOfMonth());
      case "002" -> pad(time.getDayOfYear(), 3, '0');
      case "__2" -> pad(time.getDayOfYear(), 3, ' ');
      case "2006" -> pad(time.getYear(), 4, '0');
      case "06" -> pad(Math.abs(time.getYear()) % 100, 2, '0');
      case "15" -> pad(time.getHour(), 2, '0');
      case "03" -> pad(hour12, 2, '0');
      case "3" -> Integer.toString(hour12);
      case "04" -> pad(time.getMinute(), 2, '0');
      case "4" -> Integer.toString(time.getMinute());
      case "05" -> pad(time.getSecond(), 2, '0');
      case "5" -> Integer.toString(time.getSecond());
      case "PM" -> time.getHour() >= 12 ? "PM" : "AM";
      case "pm" -> time.getHour() >= 12 ? "pm" : "am";
      default -> throw new IllegalStateException("layout element: " + code);
    };
  }

  private static String zoneName(ZonedDateTime time) {
    return time.getZone().getId().equals("Z") ? "UTC" : ZONE_NAME.format(time);
  }

  private static String pad(int value, int length, char filler) {
    String digits = Integer.toString(value);
    return String.valueOf(filler).repeat(Math.max(0, length - digits.length())) + digits;
  }

  private static String fraction(String code, int nanos) {
    int digits = code.length() - 1;
    String nine = pad(nanos, 9, '0');
    String text = digits <= 9 ? nine.substring(0, digits) : nine;
    if (code.charAt(1) == '9') {
      text = text.replaceFirst("0+$", "");
      return text.isEmpty() ? "" : code.charAt(0) + text;
    }
    return code.charAt(0) + text;
  }

  private static String offset(String code, int seconds) {
    if (seconds == 0 && code.startsWith("Z")) {
      return "Z";
    }
    int minutes = Math.abs(seconds / 60);
    String colon = code.contains(":") ? ":" : "";
    StringBuilder out = new StringBuilder(seconds / 60 < 0 ? "-" : "+");
    out.append(pad(minutes / 60, 2, '0'));
    if (code.length() > 3) {
      out.append(colon).append(pad(minutes % 60, 2, '0'));
    }
    if (code.length() > 6) {
      out.append(colon).append(pad(Math.abs(seconds) % 60, 2, '0'));
    }
    return out.toString();
  }
}
