package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** {@code uuid.*} (RFC 9562, formerly RFC 4122). */
final class UuidBuiltins {

  private static final Pattern PLAIN =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern BARE = Pattern.compile("[0-9a-f]{32}");

  /** From 15 October 1582 to 1 January 1970, in units of 100 ns. */
  private static final long GREGORIAN_TO_UNIX = 0x01B21DD213814000L;

  private UuidBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "uuid.rfc4122", UuidBuiltins::random, "uuid.parse", (context, operands) -> parse(operands));
  }

  private record Key(Term operand) {}

  private static Term random(CallContext context, List<Term> operands) {
    return context.remember(new Key(operands.getFirst()), UuidBuiltins::version4);
  }

  private static Term version4(RandomGenerator random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return Term.text(new UUID(high, low).toString());
  }

  private static Term parse(List<Term> operands) {
    UUID uuid = read(Operands.text(operands, 0).toLowerCase(Locale.ROOT));
    TreeMap<Term, Term> fields = new TreeMap<>();
    int version = (int) ((uuid.getMostSignificantBits() >> 12) & 0xF);
    put(fields, "version", Term.number(version));
    put(fields, "variant", Term.text(variant(uuid)));
    if (version == 1 || version == 2) {
      putTimeBased(fields, uuid);
    }
    if (version == 2) {
      put(fields, "id", Term.number(uuid.getMostSignificantBits() >>> 32));
      put(fields, "domain", Term.text(domain((int) (uuid.getLeastSignificantBits() >>> 48) & 255)));
    }
    return new Term.Obj(fields);
  }

  /** The four forms that google/uuid reads. */
  private static UUID read(String text) {
    String inner = text;
    if (text.startsWith("urn:uuid:")) {
      inner = text.substring("urn:uuid:".length());
    } else if (text.length() == 38) {
      inner = text.substring(1, 37);
    } else if (BARE.matcher(text).matches()) {
      inner = text.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }
    if (!PLAIN.matcher(inner).matches()) {
      throw new BuiltinError("no UUID");
    }
    return UUID.fromString(inner);
  }

  private static String variant(UUID uuid) {
    int bits = (int) (uuid.getLeastSignificantBits() >>> 61);
    if ((bits & 6) == 4) {
      return "RFC4122";
    }
    return switch (bits) {
      case 6 -> "Microsoft";
      case 7 -> "Future";
      default -> "Reserved";
    };
  }

  private static void putTimeBased(Map<Term, Term> fields, UUID uuid) {
    long high = uuid.getMostSignificantBits();
    long low = uuid.getLeastSignificantBits();
    long time = (high & 0xFFFL) << 48 | ((high >>> 16) & 0xFFFFL) << 32 | high >>> 32;
    byte[] node = new byte[6];
    for (int i = 0; i < node.length; i++) {
      node[i] = (byte) (low >>> (8 * (5 - i)));
    }
    put(fields, "time", Term.number((time - GREGORIAN_TO_UNIX) * 100));
    put(fields, "nodeid", Term.text(HexFormat.ofDelimiter("-").formatHex(node)));
    String scope = (node[0] & 2) != 0 ? "local" : "global";
    String cast = (node[0] & 1) != 0 ? "multicast" : "unicast";
    put(fields, "macvariables", Term.text(scope + ":" + cast));
    put(fields, "clocksequence", Term.number((low >>> 48) & 0x3FFF));
  }

  private static String domain(int value) {
    return switch (value) {
      case 0 -> "Person";
      case 1 -> "Group";
      case 2 -> "Org";
      default -> "Domain" + value;
    };
  }

  private static void put(Map<Term, Term> fields, String name, Term value) {
    fields.put(Term.text(name), value);
  }
}
