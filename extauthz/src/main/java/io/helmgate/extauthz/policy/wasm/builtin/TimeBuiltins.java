package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** {@code time.*}. Times are nanoseconds since 1970, alone or with a zone and a layout. */
final class TimeBuiltins {

  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  private TimeBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "time.now_ns", (context, operands) -> nanos(context.now()),
        "time.parse_ns", (context, operands) -> parse(operands),
        "time.parse_rfc3339_ns", (context, operands) -> parseRfc3339(operands),
        "time.parse_duration_ns", (context, operands) -> parseDuration(operands),
        "time.format", (context, operands) -> format(operands),
        "time.date", (context, operands) -> date(operands),
        "time.clock", (context, operands) -> clock(operands),
        "time.weekday", (context, operands) -> weekday(operands),
        "time.add_date", (context, operands) -> addDate(operands),
        "time.diff", (context, operands) -> diff(operands));
  }

  /** Refused beyond the years 1677 to 2262, which 64 bits of nanoseconds can't tell. */
  private static Term nanos(Instant time) {
    BigInteger nanos =
        BigInteger.valueOf(time.getEpochSecond())
            .multiply(NANOS)
            .add(BigInteger.valueOf(time.getNano()));
    if (nanos.bitLength() > 63) {
      throw new BuiltinError("time outside of valid range");
    }
    return Term.number(nanos.longValueExact());
  }

  private static Term parse(List<Term> operands) {
    GoLayout layout = GoLayout.parse(Operands.text(operands, 0));
    return nanos(GoTimeParser.parse(layout, Operands.text(operands, 1)));
  }

  private static Term parseRfc3339(List<Term> operands) {
    return nanos(GoTimeParser.parse(GoLayout.parse(GoLayout.RFC3339), Operands.text(operands, 0)));
  }

  private static Term parseDuration(List<Term> operands) {
    return Term.number(GoDuration.parse(Operands.text(operands, 0)));
  }

  /**
   * A time to look at.
   *
   * @param layout empty when none is given
   */
  private record Moment(ZonedDateTime time, String layout) {}

  private static Moment moment(List<Term> operands, int position) {
    Term operand = operands.get(position);
    List<Term> parts = operand instanceof Term.Arr array ? array.items() : List.of(operand);
    if (parts.isEmpty()) {
      throw Operands.wrong(position, "a number or an array that begins with one");
    }
    BigInteger nanos = Operands.bigInteger(parts, 0);
    if (nanos.bitLength() > 63) {
      throw new BuiltinError("timestamp too big");
    }
    BigInteger[] split = nanos.divideAndRemainder(NANOS);
    Instant time = Instant.ofEpochSecond(split[0].longValueExact(), split[1].longValueExact());
    ZoneId zone = parts.size() > 1 ? zone(Operands.text(parts, 1)) : ZoneOffset.UTC;
    String layout = parts.size() > 2 ? Operands.text(parts, 2) : "";
    return new Moment(time.atZone(zone), layout);
  }

  private static ZoneId zone(String name) {
    if (name.isEmpty() || name.equals("UTC")) {
      return ZoneOffset.UTC;
    }
    if (name.equals("Local")) {
      return ZoneId.systemDefault();
    }
    if (!ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
      throw new BuiltinError("unknown time zone");
    }
    return ZoneId.of(name);
  }

  private static Term format(List<Term> operands) {
    Moment moment = moment(operands, 0);
    String layout = moment.layout().isEmpty() ? GoLayout.RFC3339_NANO : moment.layout();
    return Term.text(GoLayout.parse(layout).format(moment.time()));
  }

  private static Term date(List<Term> operands) {
    ZonedDateTime time = moment(operands, 0).time();
    return numbers(time.getYear(), time.getMonthValue(), time.getDayOfMonth());
  }

  private static Term clock(List<Term> operands) {
    ZonedDateTime time = moment(operands, 0).time();
    return numbers(time.getHour(), time.getMinute(), time.getSecond());
  }

  private static Term weekday(List<Term> operands) {
    ZonedDateTime time = moment(operands, 0).time();
    return Term.text(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
  }

  private static Term numbers(long... numbers) {
    return Term.array(LongStream.of(numbers).mapToObj(Term::number).toList());
  }

  private static Term addDate(List<Term> operands) {
    ZonedDateTime time = moment(operands, 0).time();
    long years = bounded(Operands.integer(operands, 1));
    long months = bounded(Operands.integer(operands, 2));
    long days = bounded(Operands.integer(operands, 3));
    // Go normalizes: a day beyond the end of its month goes into the next one.
    LocalDate date =
        LocalDate.of(time.getYear(), time.getMonthValue(), 1)
            .plusMonths(12 * years + months)
            .plusDays(time.getDayOfMonth() - 1 + days);
    return nanos(instant(date.atTime(time.toLocalTime()), time.getZone()));
  }

  /** Anything larger leaves the range of times whatever it is added to. */
  private static long bounded(long value) {
    if (Math.abs(value) > 1_000_000) {
      throw new BuiltinError("time outside of valid range");
    }
    return value;
  }

  /** Go's {@code time.Date}: which side of a gap or an overlap a local time falls on. */
  private static Instant instant(LocalDateTime local, ZoneId zone) {
    Instant asUtc = local.toInstant(ZoneOffset.UTC);
    ZoneOffset near = zone.getRules().getOffset(asUtc);
    Instant guess = asUtc.minusSeconds(near.getTotalSeconds());
    ZoneOffset exact = zone.getRules().getOffset(guess);
    return asUtc.minusSeconds(exact.getTotalSeconds());
  }

  /** Years, months, days, hours, minutes and seconds between two times. */
  private static Term diff(List<Term> operands) {
    ZonedDateTime first = moment(operands, 0).time();
    ZonedDateTime second = moment(operands, 1).time().withZoneSameInstant(first.getZone());
    boolean swapped = first.toInstant().isAfter(second.toInstant());
    ZonedDateTime from = swapped ? second : first;
    ZonedDateTime to = swapped ? first : second;
    long[] parts = {
      to.getYear() - from.getYear(),
      to.getMonthValue() - from.getMonthValue(),
      to.getDayOfMonth() - from.getDayOfMonth(),
      to.getHour() - from.getHour(),
      to.getMinute() - from.getMinute(),
      to.getSecond() - from.getSecond()
    };
    long[] sizes = {0, 12, from.toLocalDate().lengthOfMonth(), 24, 60, 60};
    for (int i = parts.length - 1; i > 0; i--) {
      if (parts[i] < 0) {
        parts[i] += sizes[i];
        parts[i - 1]--;
      }
    }
    return numbers(parts);
  }
}
