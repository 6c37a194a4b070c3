package io.helmgate.extauthz.policy.wasm.builtin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code base64url.encode_no_pad}, {@code hex.*} and {@code json.marshal_with_options}. */
final class EncodingBuiltins {

  private EncodingBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "base64url.encode_no_pad",
        (context, operands) ->
            Term.text(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(operands, 0))),
        "hex.encode",
        (context, operands) -> Term.text(HexFormat.of().formatHex(bytes(operands, 0))),
        "hex.decode",
        (context, operands) -> decodeHex(operands),
        "json.marshal_with_options",
        (context, operands) -> marshal(operands));
  }

  private static byte[] bytes(List<Term> operands, int position) {
    return Operands.text(operands, position).getBytes(StandardCharsets.UTF_8);
  }

  private static Term decodeHex(List<Term> operands) {
    try {
      byte[] decoded = HexFormat.of().parseHex(Operands.text(operands, 0));
      return Term.text(new String(decoded, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new BuiltinError("no hexadecimal text");
    }
  }

  private static Term marshal(List<Term> operands) {
    Optional<String> prefix = Optional.empty();
    Optional<String> indent = Optional.empty();
    Optional<Boolean> pretty = Optional.empty();
    for (Map.Entry<Term, Term> option : Operands.object(operands, 1).fields().entrySet()) {
      List<Term> value = List.of(option.getValue());
      switch (Operands.text(List.of(option.getKey()), 0)) {
        case "prefix" -> prefix = Optional.of(Operands.text(value, 0));
        case "indent" -> indent = Optional.of(Operands.text(value, 0));
        case "pretty" -> pretty = Optional.of(bool(option.getValue()));
        default -> throw new BuiltinError("unknown option");
      }
    }
    Term document = operands.getFirst();
    boolean lines = pretty.orElse(prefix.isPresent() || indent.isPresent());
    return Term.text(
        lines
            ? prefix.orElse("")
                + JsonText.printIndented(document, prefix.orElse(""), indent.orElse("\t"))
            : JsonText.print(document));
  }

  private static boolean bool(Term term) {
    if (term instanceof Term.Bool bool) {
      return bool.value();
    }
    throw new BuiltinError("pretty (expected: a boolean)");
  }
}
