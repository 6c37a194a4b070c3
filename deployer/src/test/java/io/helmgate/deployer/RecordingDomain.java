package io.helmgate.deployer;

import io.helmgate.deployer.operation.Awaited;
import io.helmgate.deployer.operation.AwaitedWrites;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.ChartDependency;
import io.helmgate.deployer.release.ChartMaintainer;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseQuery;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Releases;
import io.helmgate.deployer.release.Violation;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A domain that writes down what it is asked and answers samples, or as it is told. */
public final class RecordingDomain implements Releases, AwaitedWrites, Charts {

  /** One use case that was called. */
  public record Asked(String useCase, @Nullable Caller caller, List<Object> arguments) {}

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Optional<Failing> failing = Optional.empty();
  private volatile Runnable before = () -> {};

  private record Failing(Reason reason, String message, List<Violation> violations) {}

  /** All that was asked, in order. */
  public List<Asked> asked() {
    return asked;
  }

  /** Makes every use case fail. */
  public void failWith(Reason reason, String message) {
    failing = Optional.of(new Failing(reason, message, List.of()));
  }

  /** Makes every use case name what is wrong with its request. */
  public void failWith(String message, List<Violation> violations) {
    failing = Optional.of(new Failing(Reason.INVALID_ARGUMENT, message, violations));
  }

  /** Runs something within each use case, such as throwing. */
  public void before(Runnable action) {
    before = action;
  }

  public void reset() {
    asked.clear();
    failing = Optional.empty();
    before = () -> {};
  }

  @Override
  public Outcome<ReleaseRevision> get(Caller caller, ReleaseRef ref) {
    return ask("get", caller, () -> revision(ref), ref);
  }

  @Override
  public Outcome<List<ReleaseRevision>> history(Caller caller, ReleaseRef ref, int limit) {
    return ask("history", caller, () -> List.of(revision(ref)), ref, limit);
  }

  @Override
  public Outcome<List<ReleaseRevision>> search(Caller caller, ReleaseQuery query) {
    var ref = new ReleaseRef(query.namespace().orElse("other"), "web");
    return ask("search", caller, () -> List.of(revision(ref)), query);
  }

  @Override
  public Awaited<ReleaseRevision> install(Caller caller, DeployRequest request) {
    return awaited(ask("install", caller, () -> revision(request.ref()), request));
  }

  @Override
  public Awaited<ReleaseRevision> upgrade(Caller caller, DeployRequest request) {
    return awaited(ask("upgrade", caller, () -> revision(request.ref()), request));
  }

  @Override
  public Awaited<ReleaseRevision> rollback(Caller caller, ReleaseRef ref) {
    return awaited(ask("rollback", caller, () -> revision(ref), ref));
  }

  @Override
  public Awaited<ReleaseRef> uninstall(Caller caller, ReleaseRef ref) {
    return awaited(ask("uninstall", caller, () -> ref, ref));
  }

  @Override
  public Outcome<List<ChartMetadata>> search(String term, boolean regex) {
    return ask("searchCharts", null, () -> List.of(chart()), term, regex);
  }

  private static <T> Awaited<T> awaited(Outcome<T> outcome) {
    return new Awaited<>(
        Optional.of(new OperationName(new ReleaseRef("team-a", "web"), "op1")), outcome);
  }

  private <T> Outcome<T> ask(
      String useCase, @Nullable Caller caller, Supplier<T> sample, Object... arguments) {
    asked.add(new Asked(useCase, caller, Arrays.asList(arguments)));
    before.run();
    return failing
        .<Outcome<T>>map(
            told -> new Outcome.Failure<>(told.reason(), told.message(), told.violations()))
        .orElseGet(() -> Outcome.success(sample.get()));
  }

  /** A revision with something in every field. */
  public static ReleaseRevision revision(ReleaseRef ref) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("replicas", 3L);
    values.put("ratio", 0.5);
    values.put("answer", "y");
    values.put("zip", "007");
    values.put("enabled", true);
    values.put("nothing", null);
    values.put("nested", Map.of("list", List.of(1L, "two", false)));
    return new ReleaseRevision(
        ref,
        4,
        "deployed",
        "Upgrade complete",
        "Have fun.",
        values,
        Instant.parse("2026-01-02T03:04:05Z"),
        Instant.parse("2026-02-03T04:05:06.789Z"),
        Optional.empty(),
        chart());
  }

  private static ChartMetadata chart() {
    return new ChartMetadata(
        "web",
        "1.2.3",
        "https://example.com",
        "A web server",
        List.of("https://example.com/src"),
        List.of("http"),
        "https://example.com/icon.png",
        true,
        List.of(new ChartDependency("lib", "^1", "https://example.com/charts")),
        List.of(new ChartMaintainer("Ada", "ada@example.com")),
        Map.of("example.com/tier", "front"));
  }
}
