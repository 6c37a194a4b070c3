package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code urlquery.*} and {@code uri.*}. */
final class UrlBuiltins {

  private UrlBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "urlquery.encode",
        (context, operands) -> Term.text(PercentCoding.QUERY.escape(Operands.text(operands, 0))),
        "urlquery.decode",
        (context, operands) -> Term.text(PercentCoding.QUERY.unescape(Operands.text(operands, 0))),
        "urlquery.encode_object",
        (context, operands) -> encodeObject(operands),
        "urlquery.decode_object",
        (context, operands) -> decodeObject(operands),
        "uri.parse",
        (context, operands) -> parse(operands),
        "uri.is_valid",
        (context, operands) -> isValid(operands));
  }

  private static Term encodeObject(List<Term> operands) {
    List<String> pairs = new ArrayList<>();
    for (Map.Entry<Term, Term> field : Operands.object(operands, 0).fields().entrySet()) {
      // A key that is no string stands as its JSON text.
      String key =
          field.getKey() instanceof Term.Text text ? text.value() : TermText.print(field.getKey());
      for (String value : Operands.texts(List.of(field.getValue()), 0)) {
        pairs.add(PercentCoding.QUERY.escape(key) + "=" + PercentCoding.QUERY.escape(value));
      }
    }
    return Term.text(String.join("&", pairs));
  }

  private static Term decodeObject(List<Term> operands) {
    Map<Term, List<Term>> values = new TreeMap<>();
    for (String pair : TextBuiltins.split(Operands.text(operands, 0), "&")) {
      if (pair.contains(";")) {
        throw new BuiltinError("invalid semicolon separator in query");
      }
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values
          .computeIfAbsent(
              Term.text(PercentCoding.QUERY.unescape(name)), ignored -> new ArrayList<>())
          .add(Term.text(PercentCoding.QUERY.unescape(value)));
    }
    TreeMap<Term, Term> fields = new TreeMap<>();
    values.forEach((name, all) -> fields.put(name, Term.array(all)));
    return new Term.Obj(fields);
  }

  private static Term parse(List<Term> operands) {
    Uri uri = Uri.parse(Operands.text(operands, 0));
    TreeMap<Term, Term> fields = new TreeMap<>();
    put(fields, "scheme", uri.scheme());
    put(fields, "hostname", uri.hostname());
    put(fields, "port", uri.port());
    put(fields, "path", uri.path());
    put(fields, "raw_path", uri.rawPath());
    put(fields, "raw_query", uri.rawQuery());
    put(fields, "fragment", uri.fragment());
    return new Term.Obj(fields);
  }

  private static void put(Map<Term, Term> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(Term.text(name), Term.text(value));
    }
  }

  private static Term isValid(List<Term> operands) {
    if (!(operands.getFirst() instanceof Term.Text text) || text.value().isEmpty()) {
      return Term.bool(false);
    }
    try {
      Uri.parse(text.value());
      return Term.bool(true);
    } catch (BuiltinError e) {
      return Term.bool(false);
    }
  }
}
