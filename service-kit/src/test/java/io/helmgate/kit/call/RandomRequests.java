package io.helmgate.kit.call;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Valid request messages of every RPC, without read masks. */
final class RandomRequests {

  /**
   * A request of a method.
   *
   * @param method simple name of a method of HelmProxyService
   * @param message its request
   */
  record Request(String method, Message message) {}

  private RandomRequests() {}

  static Arbitrary<Request> all() {
    return Arbitraries.oneOf(
        refs().map(ref -> new Request("GetApp", ref)),
        refs().map(ref -> new Request("UninstallApp", ref)),
        refs().map(ref -> new Request("RollbackApp", ref)),
        inputs().map(input -> new Request("InstallApp", input)),
        inputs().map(input -> new Request("UpdateApp", input)),
        filters().map(filter -> new Request("SearchApps", filter)),
        histories().map(history -> new Request("GetHistory", history)),
        charts().map(filter -> new Request("SearchCharts", filter)));
  }

  static Arbitrary<FieldMask> masks() {
    return Arbitraries.of("name", "namespace", "release.config", "chart.name", "release.version")
        .list()
        .uniqueElements()
        .map(paths -> FieldMask.newBuilder().addAllPaths(paths).build());
  }

  private static Arbitrary<AppRef> refs() {
    return Combinators.combine(names(), names())
        .as((namespace, name) -> AppRef.newBuilder().setNamespace(namespace).setName(name).build());
  }

  private static Arbitrary<AppFilter> filters() {
    return Combinators.combine(names(), lines(), limits(), limits())
        .as(
            (namespace, selector, limit, offset) ->
                AppFilter.newBuilder()
                    .setNamespace(namespace)
                    .setSelector(selector)
                    .setLimit(limit)
                    .setOffset(offset)
                    .build());
  }

  private static Arbitrary<HistoryFilter> histories() {
    return Combinators.combine(refs(), limits())
        .as((ref, limit) -> HistoryFilter.newBuilder().setRef(ref).setLimit(limit).build());
  }

  private static Arbitrary<ChartFilter> charts() {
    return Combinators.combine(lines(), Arbitraries.of(true, false))
        .as((term, regex) -> ChartFilter.newBuilder().setTerm(term).setRegex(regex).build());
  }

  private static Arbitrary<AppInput> inputs() {
    Arbitrary<AppInput.Builder> needed =
        Combinators.combine(names(), texts(), names())
            .as(
                (namespace, chart, name) ->
                    AppInput.newBuilder().setNamespace(namespace).setChart(chart).setAppName(name));
    return Combinators.combine(
            needed,
            Arbitraries.maps(texts(), texts()).ofMaxSize(4),
            structs(3).injectNull(0.2),
            Arbitraries.of(true, false).injectNull(0.3),
            Arbitraries.integers().between(-400, 400).injectNull(0.3),
            texts())
        .as(
            (input, config, values, wait, seconds, id) -> {
              input.putAllConfig(config).setVersion(id).setRequestId(id);
              if (values != null) {
                input.setValues(values);
              }
              if (wait != null) {
                input.setWait(wait);
              }
              if (seconds != null) {
                input.setTimeout(
                    Duration.newBuilder().setSeconds(seconds).setNanos(seconds * 1_000_000));
              }
              return input.build();
            });
  }

  private static Arbitrary<Integer> limits() {
    return Arbitraries.integers().between(0, Integer.MAX_VALUE);
  }

  /** Texts that fit into one path segment of every transport. */
  private static Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("AZ09-_.~!$&'()*+,=:@%?#[]{}|^`\"<> é€")
        .ofMinLength(1)
        .ofMaxLength(12)
        .filter(name -> !name.equals(".") && !name.equals(".."));
  }

  /** Texts that fit into a query. */
  private static Arbitrary<String> lines() {
    return texts().filter(text -> text.chars().noneMatch(Character::isISOControl));
  }

  /** Any Unicode text. */
  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(8),
        Arbitraries.strings().ofMaxLength(6).filter(RandomRequests::isUnicode),
        Arbitraries.of("", "007", "y", "null", "😀", "\u2028", "</script>", "${x}", "{{ .x }}"));
  }

  private static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  private static Arbitrary<Struct> structs(int depth) {
    return Arbitraries.maps(texts(), values(depth))
        .ofMaxSize(4)
        .map(fields -> Struct.newBuilder().putAllFields(fields).build());
  }

  private static Arbitrary<Value> values(int depth) {
    Arbitrary<Value> scalars =
        Arbitraries.oneOf(
            texts().map(text -> Value.newBuilder().setStringValue(text).build()),
            Arbitraries.of(true, false).map(bool -> Value.newBuilder().setBoolValue(bool).build()),
            Arbitraries.just(Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build()),
            numbers().map(number -> Value.newBuilder().setNumberValue(number).build()));
    if (depth == 0) {
      return scalars;
    }
    return Arbitraries.oneOf(
        scalars,
        Arbitraries.lazy(() -> structs(depth - 1))
            .map(struct -> Value.newBuilder().setStructValue(struct).build()),
        Arbitraries.lazy(() -> values(depth - 1))
            .list()
            .ofMaxSize(3)
            .map(
                list ->
                    Value.newBuilder()
                        .setListValue(ListValue.newBuilder().addAllValues(list))
                        .build()));
  }

  /** Numbers whose JSON is read back as they are. */
  private static Arbitrary<Double> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(-(1L << 53), 1L << 53).map(Long::doubleValue),
        Arbitraries.doubles().between(-1e6, 1e6).map(number -> number == 0 ? 0 : number),
        Arbitraries.of(Double.MIN_NORMAL, 1e-300, 0.1, 1e22, -0.5));
  }
}
