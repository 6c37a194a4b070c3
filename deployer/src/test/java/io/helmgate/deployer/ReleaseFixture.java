package io.helmgate.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.Masks;
import io.helmgate.deployer.values.ValuesRequest;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Callers, requests and looks at the cluster that the tests of releases share. */
public final class ReleaseFixture {
  public static final ObjectMapper JSON = new ObjectMapper();
  public static final Caller PLATFORM =
      new Caller("keycloak:ann", List.of("keycloak:platform"), "d-1");
  public static final Caller TEAM_A = new Caller("keycloak:bob", List.of("keycloak:team-a"), "d-2");
  public static final Caller READER =
      new Caller("keycloak:eve", List.of("keycloak:readers"), "d-3");

  public static final Masks MASKS = Masks.of(List.of("*password*", "*token*"));
  public static final Disclosure DISCLOSURE = new Disclosure(MASKS, new YamlDocuments());

  private static final AtomicInteger NAMES = new AtomicInteger();

  private ReleaseFixture() {}

  private static Cli kubectl() {
    return SharedSandbox.get().cluster().kubectl();
  }

  public static ReleaseRef ref(String namespace) {
    return new ReleaseRef(namespace, fresh("r"));
  }

  public static DeployRequest demo(
      ReleaseRef ref, String version, @Nullable Map<String, @Nullable Object> values) {
    return new DeployRequest(
        ref,
        "sandbox/demo",
        Optional.of(version).filter(text -> !text.isEmpty()),
        Optional.ofNullable(values).map(ValuesRequest::of),
        true,
        Duration.ofSeconds(60),
        Optional.empty());
  }

  public static DeployRequest chart(
      String chart, ReleaseRef ref, @Nullable Map<String, @Nullable Object> values) {
    return new DeployRequest(
        ref,
        "sandbox/" + chart,
        Optional.empty(),
        Optional.ofNullable(values).map(ValuesRequest::of),
        true,
        Duration.ofSeconds(60),
        Optional.empty());
  }

  public static DeployRequest within(Duration timeout, DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        request.values(),
        request.awaitReady(),
        timeout,
        request.requestId());
  }

  public static DeployRequest unawaited(DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        request.values(),
        false,
        request.timeout(),
        request.requestId());
  }

  public static DeployRequest with(String requestId, DeployRequest request) {
    return new DeployRequest(
        request.ref(),
        request.chart(),
        request.version(),
        request.values(),
        request.awaitReady(),
        request.timeout(),
        Optional.of(requestId));
  }

  public static String available(ReleaseRef ref) {
    return deployment(ref, "{.status.availableReplicas}");
  }

  public static String replicas(ReleaseRef ref) {
    return deployment(ref, "{.spec.replicas}");
  }

  private static String deployment(ReleaseRef ref, String path) {
    return kubectl()
        .run("get", "deployment", ref.name(), "-n", ref.namespace(), "-o", "jsonpath=" + path);
  }

  public static List<String> jobs(ReleaseRef ref) {
    String names =
        kubectl()
            .run("get", "jobs", "-n", ref.namespace(), "-o", "jsonpath={.items[*].metadata.name}");
    return Arrays.stream(names.split(" "))
        .filter(name -> name.startsWith(ref.name() + "-"))
        .toList();
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  public static <T> T success(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return ((Outcome.Success<T>) outcome).value();
  }

  public static void assertFailure(Outcome<?> outcome, Reason reason, String text) {
    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
    Outcome.Failure<?> failure = (Outcome.Failure<?>) outcome;
    assertThat(failure.message()).contains(text).doesNotContain("/tmp", "call-", "goroutine");
    assertThat(failure.reason()).isEqualTo(reason);
  }

  /** A name that no other test uses. */
  public static String fresh(String prefix) {
    return prefix + NAMES.incrementAndGet();
  }
}
