package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** {@code net.cidr_*} as far as modules lack them; no names are looked up. */
final class NetBuiltins {

  /** An expansion beyond this would not fit an instance's memory. */
  private static final int MAX_EXPANDED_BITS = 16;

  private NetBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "net.cidr_is_valid", (context, operands) -> isValid(operands),
        "net.cidr_contains_matches", (context, operands) -> containsMatches(operands),
        "net.cidr_expand", (context, operands) -> expand(operands),
        "net.cidr_merge", (context, operands) -> merge(operands));
  }

  private static IpNetwork network(String text) {
    return IpNetwork.parse(text).orElseThrow(() -> new BuiltinError("no network: " + text));
  }

  private static Term isValid(List<Term> operands) {
    return Term.bool(
        operands.getFirst() instanceof Term.Text text && IpNetwork.parse(text.value()).isPresent());
  }

  private static Term expand(List<Term> operands) {
    IpNetwork network = network(Operands.text(operands, 0));
    int hostBits = network.bits() - network.prefix();
    if (hostBits > MAX_EXPANDED_BITS) {
      throw new IllegalStateException(
          "net.cidr_expand: " + network + " (expected: at most 65536 addresses)");
    }
    List<Term> addresses = new ArrayList<>();
    for (int i = 0; i < 1 << hostBits; i++) {
      BigInteger value = network.address().add(BigInteger.valueOf(i));
      addresses.add(Term.text(new IpNetwork.Address(value, network.bits()).toString()));
    }
    return Term.SetOf.of(addresses);
  }

  /**
   * A network to look up.
   *
   * @param index what stands for it in the result
   */
  private record Entry(String text, Term index) {}

  private static Term containsMatches(List<Term> operands) {
    TreeSet<Term> found = new TreeSet<>();
    for (Entry outer : entries(operands.get(0))) {
      for (Entry inner : entries(operands.get(1))) {
        if (contains(outer.text(), inner.text())) {
          found.add(Term.array(List.of(outer.index(), inner.index())));
        }
      }
    }
    return new Term.SetOf(found);
  }

  private static boolean contains(String outer, String inner) {
    IpNetwork network = network(outer);
    Optional<IpNetwork.Address> address = IpNetwork.parseAddress(inner);
    return address.isPresent() ? network.contains(address.get()) : network.contains(network(inner));
  }

  private static List<Entry> entries(Term operand) {
    List<Entry> entries = new ArrayList<>();
    switch (operand) {
      case Term.Text text -> entries.add(new Entry(text.value(), text));
      case Term.Arr array -> {
        for (int i = 0; i < array.items().size(); i++) {
          entries.add(new Entry(networkOf(array.items().get(i)), Term.number(i)));
        }
      }
      case Term.SetOf set -> set.items().forEach(x -> entries.add(new Entry(networkOf(x), x)));
      case Term.Obj object ->
          object.fields().forEach((key, value) -> entries.add(new Entry(networkOf(value), key)));
      case Term.Null ignored -> {}
      case Term.Bool ignored -> {}
      case Term.Num ignored -> {}
    }
    return entries;
  }

  /** A network, or an array that begins with one. */
  private static String networkOf(Term term) {
    Term network =
        term instanceof Term.Arr array && !array.items().isEmpty()
            ? array.items().getFirst()
            : term;
    if (network instanceof Term.Text text) {
      return text.value();
    }
    throw new BuiltinError("element (expected: a string or a non-empty array)");
  }

  /**
   * Addresses in a row; IPv4 stands in its IPv6-mapped place.
   *
   * @param last included
   * @param network what it was given as, empty once it is merged
   */
  private record Range(BigInteger first, BigInteger last, Optional<String> network) {}

  private static Term merge(List<Term> operands) {
    List<Range> ranges = new ArrayList<>();
    for (Term item : Operands.arrayOrSet(operands, 0)) {
      if (!(item instanceof Term.Text text)) {
        throw new BuiltinError("net.cidr_merge: an element is no string");
      }
      ranges.add(range(text.value()));
    }
    ranges.sort(Comparator.comparing(Range::last).thenComparing(Range::first));
    for (int i = ranges.size() - 1; i > 0; i--) {
      Range upper = ranges.get(i);
      Range lower = ranges.get(i - 1);
      if (previous(upper.first()).compareTo(lower.last()) <= 0) {
        BigInteger first = lower.first().min(upper.first());
        ranges.set(i - 1, new Range(first, upper.last(), Optional.empty()));
        ranges.remove(i);
      }
    }
    List<Term> merged = new ArrayList<>();
    for (Range range : ranges) {
      range
          .network()
          .ifPresentOrElse(
              network -> merged.add(Term.text(network)),
              () -> networks(range).forEach(network -> merged.add(Term.text(network.toString()))));
    }
    return Term.SetOf.of(merged);
  }

  private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFF).shiftLeft(32);
  private static final BigInteger MAPPED_END = BigInteger.ONE.shiftLeft(48);

  private static boolean isV4(BigInteger address) {
    return address.compareTo(MAPPED) >= 0 && address.compareTo(MAPPED_END) < 0;
  }

  /** The address before, but none before the first one of a family. */
  private static BigInteger previous(BigInteger address) {
    return address.equals(MAPPED) || address.signum() == 0
        ? address
        : address.subtract(BigInteger.ONE);
  }

  /** A lone IPv4 address stands for the network of its class, as in Go's {@code DefaultMask}. */
  private static Range range(String text) {
    Optional<IpNetwork.Address> address = IpNetwork.parseAddress(text);
    if (address.isEmpty()) {
      IpNetwork network = network(text);
      return range(network, network.toString());
    }
    IpNetwork.Address v4 = address.get().unmapped();
    if (v4.bits() != 32) {
      throw new BuiltinError("net.cidr_merge: IPv6 address without a prefix length");
    }
    int top = v4.value().shiftRight(24).intValue();
    int prefix = 8;
    if (top >= 0xC0) {
      prefix = 24;
    } else if (top >= 0x80) {
      prefix = 16;
    }
    return range(IpNetwork.of(v4.value(), prefix, 32), v4 + "/" + prefix);
  }

  private static Range range(IpNetwork network, String shown) {
    BigInteger base = network.bits() == 32 ? MAPPED : BigInteger.ZERO;
    return new Range(
        network.first().value().add(base), network.last().value().add(base), Optional.of(shown));
  }

  /** The fewest networks that make up a range. */
  private static Collection<IpNetwork> networks(Range range) {
    int bits = isV4(range.first()) ? 32 : 128;
    BigInteger base = bits == 32 ? MAPPED : BigInteger.ZERO;
    BigInteger next = range.first().subtract(base);
    BigInteger end = range.last().subtract(base).add(BigInteger.ONE);
    List<IpNetwork> networks = new ArrayList<>();
    while (next.compareTo(end) < 0) {
      int aligned = next.signum() == 0 ? bits : Math.min(bits, next.getLowestSetBit());
      int fitting = Math.min(aligned, end.subtract(next).bitLength() - 1);
      networks.add(new IpNetwork(next, bits - fitting, bits));
      next = next.add(BigInteger.ONE.shiftLeft(fitting));
    }
    return networks;
  }
}
