package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** {@code sprintf}, {@code indexof_n}, {@code strings.*} and {@code glob.quote_meta}. */
final class TextBuiltins {

  private TextBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "sprintf", (context, operands) -> sprintf(operands),
        "indexof_n", (context, operands) -> indexOfN(operands),
        "strings.any_prefix_match", (context, operands) -> any(operands, String::startsWith),
        "strings.any_suffix_match", (context, operands) -> any(operands, String::endsWith),
        "strings.count", (context, operands) -> count(operands),
        "strings.split_n", (context, operands) -> splitN(operands),
        "glob.quote_meta", (context, operands) -> quoteGlob(operands));
  }

  private static Term sprintf(List<Term> operands) {
    List<Object> arguments = new ArrayList<>();
    String format = Operands.text(operands, 0);
    for (Term argument : Operands.array(operands, 1)) {
      arguments.add(
          switch (argument) {
            case Term.Num number -> number(number);
            case Term.Text text -> text.value();
            case Term.Null ignored -> "null";
            case Term.Bool bool -> Boolean.toString(bool.value());
            case Term.Arr ignored -> display(argument);
            case Term.Obj ignored -> display(argument);
            case Term.SetOf ignored -> display(argument);
          });
    }
    return Term.text(GoFormat.format(format, arguments));
  }

  /** As OPA hands numbers to Go's fmt: a fraction or exponent makes a float64. */
  private static Object number(Term.Num number) {
    String text = number.text();
    if (text.contains(".") || text.contains("e") || text.contains("E")) {
      double value = Double.parseDouble(text);
      return Double.isInfinite(value) ? text : value;
    }
    return Operands.whole(number)
        .<Object>map(whole -> whole)
        .orElseGet(() -> number.decimal().toBigInteger());
  }

  /** A value as OPA prints it in Rego notation. */
  static String display(Term term) {
    return switch (term) {
      case Term.Null ignored -> "null";
      case Term.Bool bool -> Boolean.toString(bool.value());
      case Term.Num number -> number.text();
      case Term.Text text -> GoQuote.quote(text.value(), false);
      case Term.Arr array -> "[" + displayAll(array.items()) + "]";
      case Term.SetOf set when set.items().isEmpty() -> "set()";
      case Term.SetOf set -> "{" + displayAll(set.items()) + "}";
      case Term.Obj object ->
          object.fields().entrySet().stream()
              .map(field -> display(field.getKey()) + ": " + display(field.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static String displayAll(Collection<Term> items) {
    return items.stream().map(TextBuiltins::display).collect(Collectors.joining(", "));
  }

  /** Where a string occurs in another, counted in characters; occurrences may overlap. */
  private static Term indexOfN(List<Term> operands) {
    String text = Operands.text(operands, 0);
    String search = Operands.text(operands, 1);
    if (search.isEmpty()) {
      throw new BuiltinError("empty search character");
    }
    List<Term> found = new ArrayList<>();
    int index = text.indexOf(search);
    while (index >= 0) {
      found.add(Term.number(text.codePointCount(0, index)));
      index = text.indexOf(search, index + 1);
    }
    return Term.array(found);
  }

  private static Term any(List<Term> operands, BiPredicate<String, String> matches) {
    List<String> texts = Operands.texts(operands, 0);
    List<String> affixes = Operands.texts(operands, 1);
    return Term.bool(
        texts.stream()
            .anyMatch(text -> affixes.stream().anyMatch(affix -> matches.test(text, affix))));
  }

  private static Term count(List<Term> operands) {
    String text = Operands.text(operands, 0);
    String search = Operands.text(operands, 1);
    if (search.isEmpty()) {
      return Term.number(text.codePointCount(0, text.length()) + 1L);
    }
    long count = 0;
    int index = text.indexOf(search);
    while (index >= 0) {
      count++;
      index = text.indexOf(search, index + search.length());
    }
    return Term.number(count);
  }

  /** The first n parts, or with a negative n the last ones. */
  private static Term splitN(List<Term> operands) {
    List<String> parts = split(Operands.text(operands, 0), Operands.text(operands, 1));
    long n = Operands.integer(operands, 2);
    int size = parts.size();
    List<String> chosen =
        n >= 0
            ? parts.subList(0, (int) Math.min(n, size))
            : parts.subList((int) Math.max(0, size + Math.max(n, -size)), size);
    return Term.array(chosen.stream().map(Term::text).toList());
  }

  /** Go's {@code strings.Split}: an empty delimiter splits between characters. */
  static List<String> split(String text, String delimiter) {
    if (delimiter.isEmpty()) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    int index = text.indexOf(delimiter);
    while (index >= 0) {
      parts.add(text.substring(start, index));
      start = index + delimiter.length();
      index = text.indexOf(delimiter, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Term quoteGlob(List<Term> operands) {
    StringBuilder out = new StringBuilder();
    for (char c : Operands.text(operands, 0).toCharArray()) {
      if ("*?\\[]{}".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return Term.text(out.toString());
  }
}
