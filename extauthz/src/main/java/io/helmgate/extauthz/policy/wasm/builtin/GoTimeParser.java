package io.helmgate.extauthz.policy.wasm.builtin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads times like Go's {@code time.Parse} in a process whose local zone is UTC: a zone's name
 * other than UTC is taken, but has no effect.
 */
final class GoTimeParser {

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");
  private static final Pattern ZONE_NAME =
      Pattern.compile(
          "ChST|MeST|GMT(?:[+-](?:\\d|1\\d|2[0-3])(?!\\d))?|[+-](?:\\d|[01]\\d|2[0-3])(?!\\d)"
              + "|WITA(?![A-Z])|[A-Z]{4}T(?![A-Z])|[A-Z]{3}T(?![A-Z])|[A-Z]{3}(?![A-Z])");
  private static final Pattern ANY_FRACTION = Pattern.compile("[.,]\\d+");

  private static final int NOT_SET = -1;

  private String rest;
  private int year;
  private int month = NOT_SET;
  private int day = NOT_SET;
  private int dayOfYear = NOT_SET;
  private int hour;
  private int minute;
  private int second;
  private int nanos;
  private int offset;
  private boolean afternoon;
  private boolean morning;

  private GoTimeParser(String value) {
    this.rest = value;
  }

  /**
   * Reads a time.
   *
   * @throws BuiltinError when it does not have the layout
   */
  static Instant parse(GoLayout layout, String value) {
    GoTimeParser parser = new GoTimeParser(value);
    List<GoLayout.Element> elements = layout.elements();
    for (int i = 0; i < elements.size(); i++) {
      parser.skip(elements.get(i).literal());
      boolean fractionFollows = i + 1 < elements.size() && elements.get(i + 1).isFraction();
      parser.take(elements.get(i), fractionFollows);
    }
    parser.skip(layout.tail());
    if (!parser.rest.isEmpty()) {
      throw bad();
    }
    return parser.result();
  }

  private static BuiltinError bad() {
    return new BuiltinError("the time does not have the layout");
  }

  private Instant result() {
    if (afternoon && hour < 12) {
      hour += 12;
    } else if (morning && hour == 12) {
      hour = 0;
    }
    try {
      return date()
          .atTime(LocalTime.of(hour, minute, second, nanos))
          .toInstant(ZoneOffset.UTC)
          .minusSeconds(offset);
    } catch (DateTimeException e) {
      throw new BuiltinError("no such date or time");
    }
  }

  private LocalDate date() {
    if (dayOfYear == NOT_SET) {
      return LocalDate.of(year, month == NOT_SET ? 1 : month, day == NOT_SET ? 1 : day);
    }
    LocalDate date = LocalDate.ofYearDay(year, dayOfYear);
    boolean sameMonth = month == NOT_SET || month == date.getMonthValue();
    boolean sameDay = day == NOT_SET || day == date.getDayOfMonth();
    if (!sameMonth || !sameDay) {
      throw new BuiltinError("day of year and date differ");
    }
    return date;
  }

  /** Literal text; a run of spaces stands for any number of spaces. */
  private void skip(String literal) {
    int i = 0;
    while (i < literal.length()) {
      if (literal.charAt(i) == ' ') {
        if (!rest.isEmpty() && rest.charAt(0) != ' ') {
          throw bad();
        }
        while (i < literal.length() && literal.charAt(i) == ' ') {
          i++;
        }
        rest = rest.replaceFirst("^ +", "");
      } else {
        if (rest.isEmpty() || rest.charAt(0) != literal.charAt(i)) {
          throw bad();
        }
        rest = rest.substring(1);
        i++;
      }
    }
  }

  private void take(GoLayout.Element element, boolean fractionFollows) {
    if (element.isFraction()) {
      fraction(element.code());
      return;
    }
    if (element.isOffset()) {
      offset(element.code());
      return;
    }
    switch (element.code()) {
      case "January" -> month = name(MONTHS, 0) + 1;
      case "Jan" -> month = name(MONTHS, 3) + 1;
      case "Monday" -> name(DAYS, 0);
      case "Mon" -> name(DAYS, 3);
      case "MST" -> zoneName();
      case "01", "1" -> month = within(number(element.code().length() == 2), 1, 12);
      case "02", "2" -> day = number(element.code().length() == 2);
      case "_2" -> {
        leadingSpace();
        day = number(false);
      }
      case "002" -> dayOfYear = dayOfYear(true);
      case "__2" -> {
        leadingSpace();
        leadingSpace();
        dayOfYear = dayOfYear(false);
      }
      case "2006" -> year = digits(4);
      case "06" -> {
        int two = digits(2);
        year = two >= 69 ? 1900 + two : 2000 + two;
      }
      case "15" -> hour = within(number(false), 0, 23);
      case "03", "3" -> hour = within(number(element.code().length() == 2), 0, 12);
      case "04", "4" -> minute = within(number(element.code().length() == 2), 0, 59);
      case "05", "5" -> {
        second = within(number(element.code().length() == 2), 0, 59);
        if (!fractionFollows) {
          anyFraction();
        }
      }
      case "PM", "pm" -> half(element.code());
      default -> throw new IllegalStateException("layout element: " + element.code());
    }
  }

  private static int within(int value, int low, int high) {
    if (value < low || value > high) {
      throw new BuiltinError("time: value out of range");
    }
    return value;
  }

  private boolean digitAt(int index) {
    return index < rest.length() && rest.charAt(index) >= '0' && rest.charAt(index) <= '9';
  }

  /** One or two digits, or exactly two. */
  private int number(boolean twoDigits) {
    int length = digitAt(1) ? 2 : 1;
    if (!digitAt(0) || (twoDigits && length != 2)) {
      throw bad();
    }
    return digits(length);
  }

  private int digits(int length) {
    for (int i = 0; i < length; i++) {
      if (!digitAt(i)) {
        throw bad();
      }
    }
    int value = Integer.parseInt(rest.substring(0, length));
    rest = rest.substring(length);
    return value;
  }

  private int dayOfYear(boolean threeDigits) {
    int length = 0;
    while (length < 3 && digitAt(length)) {
      length++;
    }
    if (length == 0 || (threeDigits && length != 3)) {
      throw bad();
    }
    return digits(length);
  }

  private void leadingSpace() {
    if (rest.startsWith(" ")) {
      rest = rest.substring(1);
    }
  }

  /** Index of the name that comes next, in any case; a length cuts the names. */
  private int name(List<String> names, int length) {
    for (int i = 0; i < names.size(); i++) {
      String name = length == 0 ? names.get(i) : names.get(i).substring(0, length);
      if (rest.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT))) {
        rest = rest.substring(name.length());
        return i;
      }
    }
    throw bad();
  }

  private void half(String code) {
    String am = code.equals("PM") ? "AM" : "am";
    afternoon = rest.startsWith(code);
    morning = rest.startsWith(am);
    if (!afternoon && !morning) {
      throw bad();
    }
    rest = rest.substring(2);
  }

  private void zoneName() {
    if (rest.startsWith("UTC")) {
      rest = rest.substring(3);
      return;
    }
    Matcher matcher = ZONE_NAME.matcher(rest);
    if (!matcher.lookingAt()) {
      throw bad();
    }
    rest = rest.substring(matcher.end());
  }

  private void fraction(String code) {
    if (code.charAt(1) == '9') {
      anyFraction();
      return;
    }
    if (rest.isEmpty() || ".,".indexOf(rest.charAt(0)) < 0) {
      throw bad();
    }
    rest = rest.substring(1);
    int length = code.length() - 1;
    String text = rest.substring(0, Math.min(length, rest.length()));
    if (text.length() < length || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw bad();
    }
    nanos(text);
    rest = rest.substring(length);
  }

  private void anyFraction() {
    Matcher matcher = ANY_FRACTION.matcher(rest);
    if (matcher.lookingAt()) {
      nanos(matcher.group().substring(1));
      rest = rest.substring(matcher.end());
    }
  }

  private void nanos(String fraction) {
    nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
  }

  private void offset(String code) {
    if (code.startsWith("Z") && rest.startsWith("Z")) {
      rest = rest.substring(1);
      return;
    }
    String shape = code.substring(1).replaceAll("[07]", "\\\\d");
    Matcher matcher = Pattern.compile("[+-]" + shape).matcher(rest);
    if (!matcher.lookingAt()) {
      throw bad();
    }
    String digits = matcher.group().substring(1).replace(":", "") + "0000";
    int hours = within(Integer.parseInt(digits.substring(0, 2)), 0, 24);
    int minutes = within(Integer.parseInt(digits.substring(2, 4)), 0, 60);
    int seconds = within(Integer.parseInt(digits.substring(4, 6)), 0, 60);
    offset = (hours * 60 + minutes) * 60 + seconds;
    if (rest.startsWith("-")) {
      offset = -offset;
    }
    rest = rest.substring(matcher.end());
  }
}
