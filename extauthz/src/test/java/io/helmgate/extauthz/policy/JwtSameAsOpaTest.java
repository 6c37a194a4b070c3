package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The {@code io.jwt} builtins give what {@code opa eval} gives, with keys made for the run. */
final class JwtSameAsOpaTest {

  private static final String CLAIMS =
      "{\"sub\":\"zoë\",\"iss\":\"i\",\"aud\":[\"a\",\"b\"],\"exp\":2000000000,\"nbf\":1000}";
  private static final String AT = ", \"time\": 1500000000000000000}";

  @TempDir private Path directory;

  private final ObjectNode input = new JsonMapper().createObjectNode();
  private final Map<String, String> calls = new LinkedHashMap<>();
  private final Map<String, KeyPair> pairs = new LinkedHashMap<>();

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private void makeKeys() throws GeneralSecurityException {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair rsaPair = rsa.generateKeyPair();
    for (String bits : List.of("256", "384", "512")) {
      pairs.put("RS" + bits, rsaPair);
      pairs.put("PS" + bits, rsaPair);
    }
    pairs.put("ES256", ec("secp256r1"));
    pairs.put("ES384", ec("secp384r1"));
    pairs.put("ES512", ec("secp521r1"));
    pairs.put("EdDSA", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
  }

  private String sign(String algorithm, String header, String payload)
      throws GeneralSecurityException {
    String text = base64(header) + "." + base64(payload);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String bits = algorithm.substring(2);
    if (algorithm.startsWith("HS")) {
      Mac mac = Mac.getInstance("HmacSHA" + bits);
      mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.UTF_8), "HMAC"));
      return text + "." + base64(mac.doFinal(bytes));
    }
    Signature signer =
        switch (algorithm.substring(0, 2)) {
          case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
          case "PS" -> {
            Signature pss = Signature.getInstance("RSASSA-PSS");
            pss.setParameter(
                new PSSParameterSpec(
                    "SHA-" + bits,
                    "MGF1",
                    new MGF1ParameterSpec("SHA-" + bits),
                    Integer.parseInt(bits) / 8,
                    1));
            yield pss;
          }
          case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
          default -> Signature.getInstance("Ed25519");
        };
    signer.initSign(pair(algorithm).getPrivate());
    signer.update(bytes);
    return text + "." + base64(signer.sign());
  }

  private KeyPair pair(String name) {
    return Objects.requireNonNull(pairs.get(name));
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }

  private static byte[] unsigned(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    int size = length == 0 ? (value.bitLength() + 7) / 8 : length;
    byte[] out = new byte[size];
    int copied = Math.min(bytes.length, size);
    System.arraycopy(bytes, bytes.length - copied, out, size - copied, copied);
    return out;
  }

  private String jwk(String algorithm, String extra) {
    return switch (pair(algorithm).getPublic()) {
      case RSAPublicKey rsa ->
          "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"%s}"
              .formatted(base64(unsigned(rsa.getModulus(), 0)), extra);
      case ECPublicKey ec -> {
        int size = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        yield "{\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\"%s}"
            .formatted(
                ec.getParams().getCurve().getField().getFieldSize(),
                base64(unsigned(ec.getW().getAffineX(), size)),
                base64(unsigned(ec.getW().getAffineY(), size)),
                extra);
      }
      default -> {
        byte[] der = pair(algorithm).getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
        yield "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"%s}".formatted(base64(x), extra);
      }
    };
  }

  private String certificate() throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=test",
                "-alias",
                "k",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyStore.PrivateKeyEntry entry =
        (KeyStore.PrivateKeyEntry)
            keys.getEntry("k", new KeyStore.PasswordProtection("changeit".toCharArray()));
    pairs.put(
        "RS256-certificate",
        new KeyPair(entry.getCertificate().getPublicKey(), entry.getPrivateKey()));
    return pem("CERTIFICATE", entry.getCertificate().getEncoded());
  }

  private void call(String name, String expression) {
    calls.put(name, expression);
  }

  @TestFactory
  Stream<DynamicTest> eachCallGivesWhatOpaGives() throws Exception {
    makeKeys();
    perAlgorithm();
    decoding();
    constraints();
    keysAndHeaders();
    return OpaComparison.of(calls, input.toString(), directory);
  }

  private void perAlgorithm() throws GeneralSecurityException {
    for (String algorithm : pairs.keySet()) {
      String token = sign(algorithm, "{\"alg\":\"" + algorithm + "\"}", CLAIMS);
      input.put(algorithm, token);
      input.put(algorithm + "_bad", token.substring(0, token.length() - 8) + "AAAAAAAA");
      input.put(algorithm + "_pem", pem("PUBLIC KEY", pair(algorithm).getPublic().getEncoded()));
      input.put(algorithm + "_jwk", jwk(algorithm, ""));
      input.put(
          algorithm + "_set",
          "{\"keys\":[%s,%s]}"
              .formatted(
                  jwk("ES256", ",\"kid\":\"other\""),
                  jwk(algorithm, ",\"alg\":\"" + algorithm + "\"")));
      String verify = "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT);
      for (String key : List.of("_pem", "_jwk", "_set")) {
        String trusted = "input[\"" + algorithm + key + "\"]";
        for (String which : List.of("", "_bad")) {
          String shown = "input[\"" + algorithm + which + "\"]";
          call(verify + key + which, verify + "(" + shown + ", " + trusted + ")");
          call(
              algorithm + "decode_verify" + key + which,
              "io.jwt.decode_verify("
                  + shown
                  + ", {\"aud\": \"a\", \"iss\": \"i\", \"cert\": "
                  + trusted
                  + AT
                  + ")");
        }
      }
      call(verify + "_foreign", verify + "(input.RS256, input.ES256_pem)");
      call(verify + "_crossed", verify + "(input.ES256, input.ES384_pem)");
      call(verify + "_nokey", verify + "(input[\"" + algorithm + "\"], \"no key\")");
      call(verify + "_notoken", verify + "(\"a.b\", input.RS256_pem)");
      call(verify + "_number", verify + "(input.number, input.RS256_pem)");
    }
    for (String bits : List.of("256", "384", "512")) {
      input.put("HS" + bits, sign("HS" + bits, "{\"alg\":\"HS" + bits + "\"}", CLAIMS));
      String verify = "io.jwt.verify_hs" + bits;
      call(verify, verify + "(input.HS" + bits + ", \"secret\")");
      call(verify + "wrong", verify + "(input.HS" + bits + ", \"other\")");
      call(verify + "empty", verify + "(input.HS" + bits + ", \"\")");
      call(verify + "parts", verify + "(\"x.y\", \"secret\")");
      call(verify + "base64", verify + "(\"x.y.%%\", \"secret\")");
      call(
          verify + "decode_verify",
          "io.jwt.decode_verify(input.HS"
              + bits
              + ", {\"secret\": \"secret\", \"aud\": \"b\""
              + AT
              + ")");
    }
  }

  private void decoding() throws GeneralSecurityException {
    input.put("number", 7);
    input.put("nested", sign("HS256", "{\"alg\":\"HS256\",\"cty\":\"JWT\"}", text("HS256")));
    input.put(
        "quoted",
        sign("HS256", "{\"alg\":\"HS256\",\"cty\":\"JWT\"}", "\"" + text("HS256") + "\""));
    input.put("lower", sign("HS256", "{\"alg\":\"HS256\",\"cty\":\"jwt\"}", text("HS256")));
    input.put("jwe", sign("HS256", "{\"alg\":\"HS256\",\"enc\":\"A128GCM\"}", CLAIMS));
    input.put("list", sign("HS256", "{\"alg\":\"HS256\"}", "[1]"));
    input.put("twice", sign("HS256", "{\"alg\":\"HS256\"}", "{\"a\":1,\"a\":2,\"n\":1.50}"));
    input.put("header_list", sign("HS256", "[]", CLAIMS));
    input.put("header_text", sign("HS256", "nope", CLAIMS));
    for (String name :
        List.of(
            "HS256",
            "RS256",
            "nested",
            "quoted",
            "lower",
            "jwe",
            "list",
            "twice",
            "header_list",
            "header_text",
            "number")) {
      call("decode " + name, "io.jwt.decode(input." + name + ")");
      call(
          "decode_verify " + name,
          "io.jwt.decode_verify(input."
              + name
              + ", {\"secret\": \"secret\", \"aud\": \"a\""
              + AT
              + ")");
    }
    for (String bad :
        List.of(
            "",
            "a",
            "a.b",
            "a.b.c",
            "a.b.c.d",
            "e30.e30.",
            "e30.e30.x",
            "e30=.e30.YQ",
            "e3 0.e30.YQ")) {
      call("decode bad " + bad, "io.jwt.decode(\"" + bad + "\")");
    }
  }

  private String text(String field) {
    return input.get(field).textValue();
  }

  private void constraints() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("all", "\"secret\": \"secret\", \"alg\": \"HS256\", \"iss\": \"i\", \"aud\": \"a\"");
    tables.put("alg", "\"secret\": \"secret\", \"alg\": \"HS512\", \"aud\": \"a\"");
    tables.put("iss", "\"secret\": \"secret\", \"iss\": \"j\", \"aud\": \"a\"");
    tables.put("aud", "\"secret\": \"secret\", \"aud\": \"c\"");
    tables.put("no aud", "\"secret\": \"secret\"");
    tables.put("no key", "\"aud\": \"a\"");
    tables.put("both", "\"secret\": \"secret\", \"cert\": input.RS256_pem, \"aud\": \"a\"");
    tables.put("wrong secret", "\"secret\": \"wrong\", \"aud\": \"a\"");
    tables.put("cert", "\"cert\": input.RS256_pem, \"aud\": \"a\"");
    tables.put("unknown", "\"secret\": \"secret\", \"aud\": \"a\", \"x\": 1");
    tables.put("type", "\"secret\": input.number, \"aud\": \"a\"");
    tables.forEach(
        (name, table) ->
            call("constraint " + name, "io.jwt.decode_verify(input.HS256, {" + table + AT + ")"));
    for (String time :
        List.of(
            "999000000000",
            "1000000000000",
            "1999999999999999999",
            "2000000000000000000",
            "-1",
            "\"x\"")) {
      call(
          "time " + time.replace("\"", ""),
          "io.jwt.decode_verify(input.HS256, {\"secret\": \"secret\", \"aud\": \"a\", \"time\": "
              + time
              + "})");
    }
    call("now", "io.jwt.decode_verify(input.HS256, {\"secret\": \"secret\", \"aud\": \"a\"})");
  }

  private void keysAndHeaders() throws Exception {
    input.put("certificate", certificate());
    input.put("signed_by_certificate", signWithCertificate());
    input.put("private", pem("PRIVATE KEY", pair("RS256").getPrivate().getEncoded()));
    input.put("trailing", text("RS256_pem") + "more\n");
    input.put("leading", "text before\n" + text("RS256_pem"));
    call("cert", "io.jwt.verify_rs256(input.signed_by_certificate, input.certificate)");
    call("cert other", "io.jwt.verify_rs256(input.RS256, input.certificate)");
    for (String key : List.of("private", "trailing", "leading")) {
      call("key " + key, "io.jwt.verify_rs256(input.RS256, input." + key + ")");
    }
    input.put(
        "set",
        "{\"keys\":[%s,%s,%s,%s]}"
            .formatted(
                jwk("RS256", ",\"kid\":\"rsa\""),
                jwk("ES256", ",\"kid\":\"ec\",\"alg\":\"ES256\""),
                jwk("ES384", ",\"kid\":\"wrapped\",\"alg\":\"ECDH-ES\""),
                "{\"kty\":\"oct\",\"k\":\"" + base64("secret") + "\",\"kid\":\"oct\"}"));
    String[][] headers = {
      {"RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}"},
      {"RS256", "{\"alg\":\"RS256\",\"kid\":\"ec\"}"},
      {"RS256", "{\"alg\":\"RS256\",\"kid\":\"unknown\"}"},
      {"ES256", "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"JWT\"}"},
      {"ES384", "{\"alg\":\"ES384\",\"kid\":\"wrapped\"}"},
      {"HS256", "{\"alg\":\"HS256\",\"kid\":\"oct\"}"},
      {"RS256", "{\"alg\":\"none\"}"},
      {"RS256", "{\"kid\":\"rsa\"}"},
      {"RS256", "{\"alg\":\"RS512\"}"},
      {"RS256", "{\"alg\":7}"},
      {"RS256", "{\"alg\":\"RS256\",\"kid\":7}"},
      {"RS256", "{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1}"},
      {"RS256", "{\"alg\":\"RS256\",\"crit\":[\"exp\"]}"},
      {"RS256", "{\"alg\":\"RS256\",\"crit\":[\"typ\"],\"typ\":\"JWT\"}"},
      {"RS256", "{\"alg\":\"RS256\",\"crit\":[]}"},
      {"RS256", "{\"alg\":\"RS256\",\"crit\":\"exp\"}"},
    };
    for (int i = 0; i < headers.length; i++) {
      input.put("header" + i, sign(headers[i][0], headers[i][1], CLAIMS));
      String token = "input.header" + i;
      String name = "header " + i + " ";
      call(name + "rs256", "io.jwt.verify_rs256(" + token + ", input.set)");
      call(name + "es256", "io.jwt.verify_es256(" + token + ", input.set)");
      call(
          name + "decode_verify",
          "io.jwt.decode_verify(" + token + ", {\"cert\": input.set, \"aud\": \"b\"" + AT + ")");
    }
  }

  private String signWithCertificate() throws GeneralSecurityException {
    KeyPair saved = pair("RS256");
    pairs.put("RS256", pair("RS256-certificate"));
    String token = sign("RS256", "{\"alg\":\"RS256\"}", CLAIMS);
    pairs.put("RS256", saved);
    return token;
  }
}
