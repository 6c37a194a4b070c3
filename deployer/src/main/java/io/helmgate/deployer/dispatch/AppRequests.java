package io.helmgate.deployer.dispatch;

import com.google.protobuf.util.Durations;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ReleaseQuery;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.proto.App;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.Chart;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads request messages of the contract into the domain's terms. */
final class AppRequests {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  private AppRequests() {}

  static Validation<ReleaseRef> ref(AppRef ref) {
    var rules = new FieldRules();
    ref(ref, "", rules);
    rules.view("view", ref.getView(), App.getDescriptor());
    return rules.result(() -> domain(ref));
  }

  /** Which revisions of which release. */
  record HistoryQuery(ReleaseRef ref, int limit) {}

  static Validation<HistoryQuery> history(HistoryFilter filter) {
    var rules = new FieldRules();
    if (filter.hasRef()) {
      ref(filter.getRef(), "ref.", rules);
      if (filter.getRef().hasView()) {
        rules.violated("ref.view", "has no effect here (expected: view beside ref)");
      }
    } else {
      rules.violated("ref", "is missing");
    }
    rules.count("limit", filter.getLimit());
    rules.view("view", filter.getView(), App.getDescriptor());
    return rules.result(() -> new HistoryQuery(domain(filter.getRef()), filter.getLimit()));
  }

  static Validation<ReleaseQuery> search(AppFilter filter) {
    var rules = new FieldRules();
    if (!filter.getNamespace().isEmpty()) {
      rules.namespace("namespace", filter.getNamespace());
    }
    rules.selector("selector", filter.getSelector());
    rules.count("limit", filter.getLimit());
    rules.count("offset", filter.getOffset());
    rules.view("view", filter.getView(), App.getDescriptor());
    return rules.result(
        () ->
            new ReleaseQuery(
                present(filter.getNamespace()),
                filter.getSelector(),
                filter.getLimit(),
                filter.getOffset()));
  }

  static Validation<DeployRequest> deploy(AppInput input) {
    var rules = new FieldRules();
    rules.namespace("namespace", input.getNamespace());
    rules.chart("chart", input.getChart());
    rules.releaseName("app_name", input.getAppName());
    rules.version("version", input.getVersion());
    rules.requestId("request_id", input.getRequestId());
    rules.view("view", input.getView(), App.getDescriptor());
    if (input.hasTimeout()) {
      rules.timeout("timeout", input.getTimeout());
    }
    var values = values(input, rules);
    return rules.result(
        () ->
            new DeployRequest(
                new ReleaseRef(input.getNamespace(), input.getAppName()),
                input.getChart(),
                present(input.getVersion()),
                values,
                !input.hasWait() || input.getWait(),
                input.hasTimeout()
                    ? Duration.ofNanos(Durations.toNanos(input.getTimeout()))
                    : DEFAULT_TIMEOUT,
                present(input.getRequestId())));
  }

  static Validation<ChartFilter> charts(ChartFilter filter) {
    var rules = new FieldRules();
    rules.text("term", filter.getTerm());
    rules.view("view", filter.getView(), Chart.getDescriptor());
    return rules.result(() -> filter);
  }

  private static void ref(AppRef ref, String prefix, FieldRules rules) {
    rules.namespace(prefix + "namespace", ref.getNamespace());
    rules.releaseName(prefix + "name", ref.getName());
  }

  private static ReleaseRef domain(AppRef ref) {
    return new ReleaseRef(ref.getNamespace(), ref.getName());
  }

  /** Empty when it says nothing. */
  static Optional<ValuesRequest> values(AppInput input, FieldRules rules) {
    if (input.getConfigCount() > 0 && input.hasValues()) {
      rules.violated("values", "excludes config (expected: one of the two)");
    }
    if (input.hasValues()) {
      return Optional.of(ValuesRequest.of(StructValues.read(input.getValues(), "values", rules)));
    }
    if (input.getConfigCount() > 0) {
      return Optional.of(
          ValuesRequest.of(new LinkedHashMap<String, @Nullable Object>(input.getConfigMap())));
    }
    return Optional.empty();
  }

  private static Optional<String> present(String text) {
    return Optional.of(text).filter(Predicate.not(String::isEmpty));
  }
}
