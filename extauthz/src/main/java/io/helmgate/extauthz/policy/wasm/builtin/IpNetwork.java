package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An IP network as Go's {@code net.IPNet} has it.
 *
 * @param address its first address, 4 or 16 bytes as a number
 * @param prefix length of the prefix in bits
 * @param bits 32 or 128
 */
record IpNetwork(BigInteger address, int prefix, int bits) {

  private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFF).shiftLeft(32);

  /**
   * An address.
   *
   * @param value as a number
   * @param bits 32 or 128
   */
  record Address(BigInteger value, int bits) {

    boolean isMapped() {
      return bits == 128 && value.shiftRight(32).equals(MAPPED.shiftRight(32));
    }

    /** An IPv4-mapped IPv6 address counts as IPv4. */
    Address unmapped() {
      return isMapped() ? new Address(value.subtract(MAPPED), 32) : this;
    }

    /** RFC 5952. */
    @Override
    public String toString() {
      Address plain = unmapped();
      if (plain.bits() == 32) {
        long v4 = plain.value().longValueExact();
        return (v4 >> 24) + "." + ((v4 >> 16) & 255) + "." + ((v4 >> 8) & 255) + "." + (v4 & 255);
      }
      int[] groups = new int[8];
      for (int i = 0; i < 8; i++) {
        groups[i] = value.shiftRight(16 * (7 - i)).intValue() & 0xFFFF;
      }
      return text(groups);
    }

    private static String text(int[] groups) {
      int bestStart = -1;
      int bestLength = 1;
      int length = 0;
      for (int i = 0; i < 8; i++) {
        length = groups[i] == 0 ? length + 1 : 0;
        if (length > bestLength) {
          bestLength = length;
          bestStart = i - length + 1;
        }
      }
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < 8; i++) {
        if (i == bestStart) {
          out.append("::");
          i += bestLength - 1;
        } else {
          boolean first = out.isEmpty() || out.charAt(out.length() - 1) == ':';
          out.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
        }
      }
      return out.toString();
    }
  }

  /** Reads {@code address/length}; bits behind the prefix are dropped. */
  static Optional<IpNetwork> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    Optional<Address> address = parseAddress(text.substring(0, slash));
    String length = text.substring(slash + 1);
    if (address.isEmpty() || !length.matches("\\d{1,9}")) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(length);
    int bits = address.get().bits();
    return prefix > bits ? Optional.empty() : Optional.of(of(address.get().value(), prefix, bits));
  }

  static IpNetwork of(BigInteger address, int prefix, int bits) {
    return new IpNetwork(address.shiftRight(bits - prefix).shiftLeft(bits - prefix), prefix, bits);
  }

  /** Reads an address without a zone. */
  static Optional<Address> parseAddress(String text) {
    return text.contains(":")
        ? parseV6(text).map(value -> new Address(value, 128))
        : parseV4(text).map(value -> new Address(value, 32));
  }

  private static Optional<BigInteger> parseV4(String text) {
    if (!text.matches("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})")) {
      return Optional.empty();
    }
    long value = 0;
    for (String part : TextBuiltins.split(text, ".")) {
      int number = Integer.parseInt(part);
      if (number > 255) {
        return Optional.empty();
      }
      value = value << 8 | number;
    }
    return Optional.of(BigInteger.valueOf(value));
  }

  private static Optional<BigInteger> parseV6(String text) {
    int gap = text.indexOf("::");
    Optional<List<Integer>> head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    Optional<List<Integer>> tail = groups(gap < 0 ? "" : text.substring(gap + 2), true);
    if (head.isEmpty() || tail.isEmpty()) {
      return Optional.empty();
    }
    int given = head.get().size() + tail.get().size();
    if (gap < 0 ? given != 8 : given > 7) {
      return Optional.empty();
    }
    List<Integer> all = new ArrayList<>(head.get());
    all.addAll(Collections.nCopies(8 - given, 0));
    all.addAll(tail.get());
    BigInteger value = BigInteger.ZERO;
    for (int group : all) {
      value = value.shiftLeft(16).or(BigInteger.valueOf(group));
    }
    return Optional.of(value);
  }

  /** Groups of 16 bits; the last two may be written as an IPv4 address. */
  private static Optional<List<Integer>> groups(String text, boolean atEnd) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return Optional.of(groups);
    }
    List<String> parts = Arrays.asList(text.split(":", -1));
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      if (part.matches("[0-9a-fA-F]{1,4}")) {
        groups.add(Integer.parseInt(part, 16));
        continue;
      }
      Optional<BigInteger> v4 = atEnd && i == parts.size() - 1 ? parseV4(part) : Optional.empty();
      if (v4.isEmpty()) {
        return Optional.empty();
      }
      groups.add(v4.get().shiftRight(16).intValue());
      groups.add(v4.get().intValue() & 0xFFFF);
    }
    return Optional.of(groups);
  }

  Address first() {
    return new Address(address, bits);
  }

  Address last() {
    BigInteger host = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
    return new Address(address.or(host), bits);
  }

  boolean contains(Address other) {
    Address mine = first().unmapped();
    Address plain = other.unmapped();
    if (mine.bits() != plain.bits()) {
      return false;
    }
    int hostBits = Math.min(bits - prefix, mine.bits());
    return mine.value().shiftRight(hostBits).equals(plain.value().shiftRight(hostBits));
  }

  boolean contains(IpNetwork other) {
    return contains(other.first()) && contains(other.last());
  }

  @Override
  public String toString() {
    int shown = first().isMapped() && prefix >= 96 ? prefix - 96 : prefix;
    return first() + "/" + shown;
  }
}
