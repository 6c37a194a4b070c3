package io.helmgate.extauthz.policy.wasm.builtin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** JSON documents as Go's {@code encoding/json} reads and writes them. */
final class JsonText {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final String prefix;
  private final String indent;
  private final boolean pretty;
  private final StringBuilder out = new StringBuilder();

  private JsonText(String prefix, String indent, boolean pretty) {
    this.prefix = prefix;
    this.indent = indent;
    this.pretty = pretty;
  }

  /** Reads a document; of members with the same name the last one counts. */
  static Term parse(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      parser.nextToken();
      Term term = value(parser);
      if (parser.nextToken() != null) {
        throw new BuiltinError("JSON: text after the document");
      }
      return term;
    } catch (IOException e) {
      throw new BuiltinError("no JSON");
    }
  }

  private static Term value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new BuiltinError("JSON: no document");
    }
    return switch (token) {
      case VALUE_NULL -> new Term.Null();
      case VALUE_TRUE -> Term.bool(true);
      case VALUE_FALSE -> Term.bool(false);
      case VALUE_STRING -> Term.text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Term.Num(parser.getText());
      case START_ARRAY -> array(parser);
      case START_OBJECT -> object(parser);
      case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new BuiltinError("no JSON");
    };
  }

  private static Term array(JsonParser parser) throws IOException {
    List<Term> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return Term.array(items);
  }

  private static Term object(JsonParser parser) throws IOException {
    TreeMap<Term, Term> fields = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Term name = Term.text(parser.currentName());
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return new Term.Obj(fields);
  }

  /** Writes on one line. */
  static String print(Term term) {
    JsonText writer = new JsonText("", "", false);
    writer.write(term, 0);
    return writer.out.toString();
  }

  /** Writes one item a line, as {@code json.MarshalIndent} does. */
  static String printIndented(Term term, String prefix, String indent) {
    JsonText writer = new JsonText(prefix, indent, true);
    writer.write(term, 0);
    return writer.out.toString();
  }

  private void write(Term term, int depth) {
    switch (term) {
      case Term.Null ignored -> out.append("null");
      case Term.Bool bool -> out.append(bool.value());
      case Term.Num number -> out.append(number.text());
      case Term.Text text -> quote(text.value());
      case Term.Arr array -> writeItems(array.items(), depth);
      case Term.SetOf set -> writeItems(set.items(), depth);
      case Term.Obj object -> writeFields(object, depth);
    }
  }

  private void writeItems(Collection<Term> items, int depth) {
    out.append('[');
    boolean first = true;
    for (Term item : items) {
      next(first, depth + 1);
      write(item, depth + 1);
      first = false;
    }
    close(first, ']', depth);
  }

  private void writeFields(Term.Obj object, int depth) {
    Map<Term, Term> byName = new TreeMap<>();
    object.fields().forEach((key, value) -> byName.put(Term.text(name(key)), value));
    out.append('{');
    boolean first = true;
    for (Map.Entry<Term, Term> field : byName.entrySet()) {
      next(first, depth + 1);
      quote(((Term.Text) field.getKey()).value());
      out.append(pretty ? ": " : ":");
      write(field.getValue(), depth + 1);
      first = false;
    }
    close(first, '}', depth);
  }

  /** A key that is no string stands as its own JSON text. */
  static String name(Term key) {
    return key instanceof Term.Text text ? text.value() : print(key);
  }

  private void next(boolean first, int depth) {
    out.append(first ? "" : ",");
    newLine(depth);
  }

  private void newLine(int depth) {
    if (pretty) {
      out.append('\n').append(prefix).append(indent.repeat(depth));
    }
  }

  private void close(boolean empty, char bracket, int depth) {
    if (!empty) {
      newLine(depth);
    }
    out.append(bracket);
  }

  /** With the escapes that make JSON safe inside HTML. */
  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
