package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rego values as text, the form in which they go in and out of a module ({@code opa_value_dump},
 * {@code opa_value_parse}): JSON, plus sets ({@code {1,2}}, {@code set()}) and keys that are no
 * strings.
 */
public final class TermText {

  private final String text;
  private int at;

  private TermText(String text) {
    this.text = text;
  }

  /**
   * Reads what a module wrote.
   *
   * @throws IllegalArgumentException when it is no value
   */
  public static Term parse(String text) {
    TermText reader = new TermText(text);
    Term term = reader.value();
    reader.skipSpace();
    if (reader.at != text.length()) {
      throw reader.unexpected();
    }
    return term;
  }

  /** Writes a value so that a module, or for want of sets and odd keys a JSON parser, reads it. */
  public static String print(Term term) {
    StringBuilder out = new StringBuilder();
    print(term, out);
    return out.toString();
  }

  private Term value() {
    skipSpace();
    char c = peek();
    if (c == '"') {
      return Term.text(string());
    }
    if (c == '[') {
      at++;
      return Term.array(items(']'));
    }
    if (c == '{') {
      at++;
      return objectOrSet();
    }
    if (c == '-' || c == '.' || (c >= '0' && c <= '9')) {
      return number();
    }
    if (taken("true")) {
      return Term.bool(true);
    }
    if (taken("false")) {
      return Term.bool(false);
    }
    if (taken("null")) {
      return new Term.Null();
    }
    if (taken("set()")) {
      return Term.SetOf.of(List.of());
    }
    throw unexpected();
  }

  private Term number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return new Term.Num(text.substring(start, at));
  }

  private List<Term> items(char end) {
    List<Term> items = new ArrayList<>();
    skipSpace();
    while (!taken(end)) {
      if (!items.isEmpty()) {
        expect(',');
      }
      items.add(value());
      skipSpace();
    }
    return items;
  }

  private Term objectOrSet() {
    skipSpace();
    if (taken('}')) {
      return new Term.Obj(new TreeMap<>());
    }
    Term first = value();
    skipSpace();
    if (peek() != ':') {
      List<Term> items = new ArrayList<>(List.of(first));
      while (!taken('}')) {
        expect(',');
        items.add(value());
        skipSpace();
      }
      return Term.SetOf.of(items);
    }
    SortedMap<Term, Term> fields = new TreeMap<>();
    Term key = first;
    while (true) {
      skipSpace();
      expect(':');
      fields.put(key, value());
      skipSpace();
      if (taken('}')) {
        return new Term.Obj(fields);
      }
      expect(',');
      key = value();
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw unexpected();
        }
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> throw unexpected();
    };
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw unexpected();
    }
    return text.charAt(at);
  }

  private boolean taken(char c) {
    return taken(String.valueOf(c));
  }

  private boolean taken(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private void expect(char c) {
    if (!taken(c)) {
      throw unexpected();
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("no Rego value: unexpected text at position " + at);
  }

  private static void print(Term term, StringBuilder out) {
    switch (term) {
      case Term.Null ignored -> out.append("null");
      case Term.Bool bool -> out.append(bool.value());
      case Term.Num number -> out.append(json(number.text()));
      case Term.Text string -> quote(string.value(), out);
      case Term.Arr array -> printAll(array.items(), '[', ']', out);
      case Term.SetOf set when set.items().isEmpty() -> out.append("set()");
      case Term.SetOf set -> printAll(set.items(), '{', '}', out);
      case Term.Obj object -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<Term, Term> field : object.fields().entrySet()) {
          out.append(separator);
          print(field.getKey(), out);
          out.append(':');
          print(field.getValue(), out);
          separator = ",";
        }
        out.append('}');
      }
    }
  }

  /** Rego lets a number begin with its point, modules and JSON do not. */
  private static String json(String number) {
    if (number.startsWith(".")) {
      return "0" + number;
    }
    return number.startsWith("-.") ? "-0" + number.substring(1) : number;
  }

  private static void printAll(Collection<Term> items, char open, char close, StringBuilder out) {
    out.append(open);
    String separator = "";
    for (Term item : items) {
      out.append(separator);
      print(item, out);
      separator = ",";
    }
    out.append(close);
  }

  private static void quote(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
