package io.helmgate.extauthz.policy.wasm.builtin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** {@code io.jwt.decode}, {@code io.jwt.decode_verify} and {@code io.jwt.verify_*}. */
final class JwtBuiltins {

  private static final int CACHED_KEYS = 100;
  private static final Set<String> UNDERSTOOD = Set.of("alg", "kid", "typ", "cty", "crit");

  private final Cache<String, List<JwtKey>> keys =
      Caffeine.newBuilder().maximumSize(CACHED_KEYS).build();

  Map<String, Builtin> all() {
    Map<String, Builtin> all = new HashMap<>();
    all.put("io.jwt.decode", (context, operands) -> decode(Operands.text(operands, 0)));
    all.put("io.jwt.decode_verify", this::decodeVerify);
    for (String family : List.of("RS", "PS", "ES")) {
      for (String bits : List.of("256", "384", "512")) {
        String algorithm = family + bits;
        all.put(
            "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT),
            (context, operands) -> verify(algorithm, operands));
      }
    }
    all.put("io.jwt.verify_eddsa", (context, operands) -> verify("EdDSA", operands));
    for (String bits : List.of("256", "384", "512")) {
      all.put("io.jwt.verify_hs" + bits, (context, operands) -> verifyHmac("HS" + bits, operands));
    }
    return all;
  }

  private List<JwtKey> keys(String text) {
    return keys.get(text, JwtKey::parse);
  }

  private static Term decode(String text) {
    JwtToken token = JwtToken.split(text);
    Term.Obj header = token.headerFields();
    if (JwtToken.text(header, "cty").equals("JWT")) {
      // A nested token may stand in quotes.
      return decode(token.payloadText().replaceAll("^[\"']+|[\"']+$", ""));
    }
    Term.Obj claims = token.claims();
    String signature = HexFormat.of().formatHex(token.signatureBytes());
    return Term.array(List.of(header, claims, Term.text(signature)));
  }

  private Term verify(String algorithm, List<Term> operands) {
    JwtToken token = JwtToken.split(Operands.text(operands, 0));
    List<JwtKey> candidates = keys(Operands.text(operands, 1));
    byte[] signature = token.signatureBytes();
    Term.Obj header = token.headerFields();
    checkTypes(header);
    return Term.bool(
        candidates(candidates, header)
            .anyMatch(
                key ->
                    JwtSignature.verify(
                        algorithm, key.material(), token.signedBytes(), signature)));
  }

  /** The key that the token names, else all that are not for another algorithm. */
  private static Stream<JwtKey> candidates(List<JwtKey> keys, Term.Obj header) {
    String id = JwtToken.text(header, "kid");
    String algorithm = JwtToken.text(header, "alg");
    Optional<JwtKey> named =
        id.isEmpty()
            ? Optional.empty()
            : keys.stream().filter(key -> key.id().equals(id)).findFirst();
    return named.isPresent()
        ? named.stream()
        : keys.stream()
            .filter(key -> key.algorithm().isEmpty() || key.algorithm().equals(algorithm));
  }

  private static Term verifyHmac(String algorithm, List<Term> operands) {
    JwtToken token = JwtToken.split(Operands.text(operands, 0));
    SecretKey secret = secret(Operands.text(operands, 1));
    return Term.bool(
        JwtSignature.verify(algorithm, secret, token.signedBytes(), token.signatureBytes()));
  }

  private static SecretKey secret(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // HMAC fills keys up with zeros (RFC 2104), so one zero byte stands for the empty key.
    return new SecretKeySpec(bytes.length == 0 ? new byte[1] : bytes, "HMAC");
  }

  /** Header members that OPA looks at must have their types, whatever they are used for. */
  private static Set<String> checkTypes(Term.Obj header) {
    for (String name : List.of("alg", "kid", "typ", "cty")) {
      JwtToken.text(header, name);
    }
    Term critical = header.fields().get(Term.text("crit"));
    Set<String> names = new HashSet<>();
    if (critical == null) {
      return names;
    }
    for (Term name : Operands.array(List.of(critical), 0)) {
      if (!(name instanceof Term.Text text)) {
        // OPA stops reading the list here and goes on with what it has.
        break;
      }
      names.add(text.value());
    }
    if (names.isEmpty()) {
      throw new BuiltinError("crit: must be a nonempty list");
    }
    return names;
  }

  /**
   * What a token must satisfy.
   *
   * @param timeNanos the time to check against
   */
  private record Constraints(
      List<JwtKey> keys, String algorithm, String issuer, String audience, double timeNanos) {}

  private Constraints constraints(CallContext context, Term.Obj given) {
    Map<String, Term> fields = new TreeMap<>();
    given.fields().forEach((key, value) -> fields.put(Operands.text(List.of(key), 0), value));
    Map<String, String> texts = new HashMap<>();
    for (String name : List.of("cert", "secret", "alg", "iss", "aud")) {
      Term value = fields.remove(name);
      texts.put(name, value == null ? "" : Operands.text(List.of(value), 0));
    }
    boolean hasCertificate = given.fields().containsKey(Term.text("cert"));
    Term time = fields.remove("time");
    double nanos =
        time == null
            ? ChronoUnit.NANOS.between(Instant.EPOCH, context.now())
            : Operands.number(List.of(time), 0).doubleValue();
    List<JwtKey> trusted = new ArrayList<>();
    if (hasCertificate) {
      trusted.addAll(keys(texts.getOrDefault("cert", "")));
    }
    String secret = texts.getOrDefault("secret", "");
    boolean oneKind = hasCertificate == secret.isEmpty();
    if (!fields.isEmpty() || nanos < 0 || !oneKind) {
      throw new BuiltinError("token constraints");
    }
    if (!secret.isEmpty()) {
      trusted.add(new JwtKey("", "", secret(secret)));
    }
    return new Constraints(
        trusted,
        texts.getOrDefault("alg", ""),
        texts.getOrDefault("iss", ""),
        texts.getOrDefault("aud", ""),
        nanos);
  }

  private Term decodeVerify(CallContext context, List<Term> operands) {
    Constraints constraints = constraints(context, Operands.object(operands, 1));
    String text = Operands.text(operands, 0);
    while (true) {
      JwtToken token = JwtToken.split(text);
      Term.Obj header = token.headerFields();
      if (!isTrusted(token, header, constraints)) {
        return unverified();
      }
      if (!JwtToken.text(header, "cty").equalsIgnoreCase("JWT")) {
        Term.Obj claims = token.claims();
        return satisfies(claims, constraints)
            ? Term.array(List.of(Term.bool(true), header, claims))
            : unverified();
      }
      text = token.payloadText();
    }
  }

  private static Term unverified() {
    Term.Obj empty = new Term.Obj(new TreeMap<>());
    return Term.array(List.of(Term.bool(false), empty, empty));
  }

  private static boolean isTrusted(JwtToken token, Term.Obj header, Constraints constraints) {
    Set<String> critical = checkTypes(header);
    String algorithm = JwtToken.text(header, "alg");
    boolean understood =
        header.fields().keySet().stream()
            .map(name -> ((Term.Text) name).value())
            .noneMatch(name -> critical.contains(name) && !UNDERSTOOD.contains(name));
    boolean wanted = constraints.algorithm().isEmpty() || constraints.algorithm().equals(algorithm);
    if (algorithm.isEmpty() || !understood || !wanted) {
      return false;
    }
    byte[] signature = token.signatureBytes();
    return candidates(constraints.keys(), header)
        .anyMatch(
            key -> JwtSignature.verify(algorithm, key.material(), token.signedBytes(), signature));
  }

  private static boolean satisfies(Term.Obj claims, Constraints constraints) {
    Map<Term, Term> fields = claims.fields();
    if (!constraints.issuer().isEmpty()
        && !Term.text(constraints.issuer()).equals(fields.get(Term.text("iss")))) {
      return false;
    }
    Term audience = fields.get(Term.text("aud"));
    boolean addressed =
        audience == null
            ? constraints.audience().isEmpty()
            : isAudience(audience, Term.text(constraints.audience()));
    BigDecimal now = new BigDecimal(Double.toString(constraints.timeNanos() / 1e9));
    return addressed
        && time(fields, "exp").map(exp -> now.compareTo(exp) < 0).orElse(true)
        && time(fields, "nbf").map(nbf -> now.compareTo(nbf) >= 0).orElse(true);
  }

  private static boolean isAudience(Term audience, Term wanted) {
    return audience.equals(wanted)
        || (audience instanceof Term.Arr array && array.items().contains(wanted));
  }

  private static Optional<BigDecimal> time(Map<Term, Term> fields, String name) {
    return Optional.ofNullable(fields.get(Term.text(name)))
        .map(value -> Operands.number(List.of(value), 0));
  }
}
