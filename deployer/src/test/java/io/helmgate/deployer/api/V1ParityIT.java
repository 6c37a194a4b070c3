package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same charts by the {@code helm} program and by the API, each in a namespace of its own:
 * everything that is there after each step is the same, objects and Helm's records.
 */
final class V1ParityIT {
  private static final String GADGETS = "gadgets.parity.example.com";
  private static final String NAME = "parity";
  private static final String FIRST =
      """
      {"required": "yes", "size": 2, "password": "p:{{ x }}", "flag": "y",
       "settings": {"code": "007", "big": 12345678901, "share": 0.25, "on": true, "nothing": null},
       "overridden": {"dropped": null}, "list": [1, "1", {"deep": ["no"]}],
       "global": {"region": "us"}, "sub": {"own": "set"}, "twin": {"enabled": true}}
      """;
  private static final String SECOND =
      """
      {"required": "changed", "size": 1, "sub": {"enabled": false}, "tags": {"extra": true}}
      """;

  @TempDir private Path directory;
  private Replica replica;
  private RunningApi api;

  @BeforeEach
  void start() throws IOException {
    replica = Replica.start(SharedSandbox.get(), directory);
    api =
        new RunningApi(
            new TestAssertions(directory, "keycloak:ann", "keycloak:platform"), replica.calls());
  }

  @AfterEach
  void stop() {
    api.close();
    replica.close();
  }

  /** What is there after a step. */
  private record Snapshot(Map<String, JsonNode> objects, Map<String, JsonNode> records) {}

  @Test
  void aChartWithEverythingIsTheSameAfterEachStep() throws IOException {
    changedDefinition();

    var byHelm = lifecycle(new ByHelm("parity-one"));
    var byApi = lifecycle(new ByApi("parity-two"));

    assertSame(byApi, byHelm);
    assertThat(byHelm)
        .hasEntrySatisfying(
            "upgrade",
            upgraded -> assertThat(upgraded.objects()).containsKey("ConfigMap parity-2-0-0"));
  }

  @Test
  void aFailingHookLeavesTheSame() {
    var byHelm = failing(new ByHelm("parity-bad-one"));
    var byApi = failing(new ByApi("parity-bad-two"));

    assertSame(byApi, byHelm);
  }

  private Map<String, Snapshot> lifecycle(Way way) {
    kubectl().run("create", "namespace", way.namespace());
    kubectl()
        .run("create", "configmap", "existing", "-n", way.namespace(), "--from-literal=seen=yes");
    var steps = new Steps(way, true);
    steps.take("install", () -> way.install("whole", "1.0.0", FIRST));
    steps.take("upgrade", () -> way.upgrade("whole", "2.0.0", SECOND));
    for (var refused :
        List.of(
            "{\"required\": \"x\", \"size\": \"big\"}",
            "{\"required\": \"x\", \"size\": 0}",
            "{\"required\": \"x\", \"size\": 13}",
            "{\"size\": 3}")) {
      steps.take("refused " + refused, () -> refuses(way, refused));
    }
    steps.take("rollback", () -> way.rollback(1));
    steps.take("upgrade again", () -> way.upgrade("whole", "2.0.0", FIRST));
    steps.take("uninstall", () -> way.uninstall(true));
    steps.take("rollback of what is gone", () -> way.rollback(2));
    steps.take("uninstall for good", () -> way.uninstall(false));
    kubectl().run("delete", "crd", GADGETS);
    return steps.snapshots;
  }

  private Map<String, Snapshot> failing(Way way) {
    kubectl().run("create", "namespace", way.namespace());
    var steps = new Steps(way, false);
    steps.take("install", () -> way.install("hooked", "1.0.0", "{}"));
    steps.take(
        "failed upgrade",
        () ->
            assertThat(way.upgradeFails("hooked", "1.0.0", "{\"failing\": \"post-upgrade\"}"))
                .isTrue());
    steps.take("upgrade", () -> way.upgrade("hooked", "1.0.0", "{}"));
    steps.take("rollback", () -> way.rollback(1));
    steps.take("uninstall", () -> way.uninstall(true));
    return steps.snapshots;
  }

  private static void refuses(Way way, String values) {
    assertThat(way.upgradeFails("whole", "2.0.0", values)).as(values).isTrue();
  }

  /** One after the other, so that all differences are seen at once. */
  private static void assertSame(Map<String, Snapshot> byApi, Map<String, Snapshot> byHelm) {
    List<String> differences = new ArrayList<>();
    assertThat(byApi.keySet()).isEqualTo(byHelm.keySet());
    byHelm.forEach(
        (step, helm) -> {
          assertThat(helm.objects()).isNotEmpty();
          Snapshot api = Objects.requireNonNull(byApi.get(step));
          differences(step + ": ", helm.objects(), api.objects(), differences);
          differences(step + ": ", helm.records(), api.records(), differences);
        });
    assertThat(differences).isEmpty();
  }

  private static void differences(
      String place, Map<String, JsonNode> helm, Map<String, JsonNode> api, List<String> found) {
    Stream.concat(helm.keySet().stream(), api.keySet().stream())
        .distinct()
        .forEach(name -> difference(place + name, helm.get(name), api.get(name), found));
  }

  private static void difference(
      String place, @Nullable JsonNode helm, @Nullable JsonNode api, List<String> found) {
    if (helm == null || api == null) {
      found.add(place + ": by helm " + (helm != null) + ", by the API " + (api != null));
    } else if (helm.isObject() && api.isObject()) {
      Map<String, JsonNode> one = new LinkedHashMap<>();
      Map<String, JsonNode> other = new LinkedHashMap<>();
      helm.propertyStream().forEach(field -> one.put(field.getKey(), field.getValue()));
      api.propertyStream().forEach(field -> other.put(field.getKey(), field.getValue()));
      differences(place + "/", one, other, found);
    } else if (helm.isArray() && api.isArray() && helm.size() == api.size()) {
      for (int i = 0; i < helm.size(); i++) {
        difference(place + "/" + i, helm.get(i), api.get(i), found);
      }
    } else if (!helm.equals(api)) {
      found.add(place + ":\n  by helm: " + helm + "\n  by the API: " + api);
    }
  }

  /**
   * The chart once more, as version 2.0.0, which Helm does not make of a definition that is there.
   */
  private void changedDefinition() throws IOException {
    var source = Path.of("src/test/charts/whole").toAbsolutePath();
    var copy = directory.resolve("whole");
    try (var files = Files.walk(source)) {
      for (var file : files.toList()) {
        Files.copy(file, copy.resolve(source.relativize(file)));
      }
    }
    var definition = copy.resolve("crds/gadgets.yaml");
    Files.writeString(
        definition,
        Files.readString(definition).replace("size: {type: integer}", "size: {type: number}"));
    SharedSandbox.get().charts().add(copy, "2.0.0");
    replica.system().charts().refresh("sandbox");
  }

  private static Cli kubectl() {
    return SharedSandbox.get().cluster().kubectl();
  }

  private static final class Steps {
    private final Way way;
    private final boolean gadgets;
    private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();

    /**
     * @param gadgets whether the definition, and what is of its kind, is looked at too
     */
    Steps(Way way, boolean gadgets) {
      this.way = way;
      this.gadgets = gadgets;
    }

    void take(String step, Runnable action) {
      action.run();
      var objects =
          gadgets ? Deployed.objects(way.namespace(), GADGETS) : Deployed.objects(way.namespace());
      if (gadgets) {
        objects.put("definition", Deployed.object("crd", GADGETS));
      }
      snapshots.put(step, new Snapshot(objects, Deployed.records(way.namespace(), NAME)));
    }
  }

  /** One way to do things to the release. */
  private interface Way {
    String namespace();

    void install(String chart, String version, String values);

    void upgrade(String chart, String version, String values);

    /** Whether it was refused, or failed. */
    boolean upgradeFails(String chart, String version, String values);

    void rollback(int revision);

    void uninstall(boolean keepHistory);
  }

  private static final class ByHelm implements Way {
    private final Cli helm = SharedSandbox.get().cluster().helm();
    private final String namespace;

    ByHelm(String namespace) {
      this.namespace = namespace;
    }

    @Override
    public String namespace() {
      return namespace;
    }

    @Override
    public void install(String chart, String version, String values) {
      done("install", chart, version, values);
    }

    @Override
    public void upgrade(String chart, String version, String values) {
      done("upgrade", chart, version, values);
    }

    private void done(String command, String chart, String version, String values) {
      var result = deploy(command, chart, version, values);
      assertThat(result.code()).as(result.err()).isZero();
    }

    @Override
    public boolean upgradeFails(String chart, String version, String values) {
      return deploy("upgrade", chart, version, values).code() != 0;
    }

    private Cli.Result deploy(String command, String chart, String version, String values) {
      var archive =
          SharedSandbox.get().charts().directory().resolve(chart + "-" + version + ".tgz");
      return helm.tryRun(
          values, command, NAME, archive.toString(), "-n", namespace, "-f", "-", "--timeout=60s");
    }

    @Override
    public void rollback(int revision) {
      helm.run("rollback", NAME, Integer.toString(revision), "-n", namespace);
    }

    @Override
    public void uninstall(boolean keepHistory) {
      helm.run("uninstall", NAME, "-n", namespace, "--keep-history=" + keepHistory);
    }
  }

  private final class ByApi implements Way {
    private final V1Client client = V1Client.all(api).getFirst();
    private final String namespace;

    ByApi(String namespace) {
      this.namespace = namespace;
    }

    @Override
    public String namespace() {
      return namespace;
    }

    private String release() {
      return "clusters/default/namespaces/" + namespace + "/releases/" + NAME;
    }

    @Override
    public void install(String chart, String version, String values) {
      done(
          "InstallRelease",
          InstallReleaseRequest.newBuilder()
              .setParent("clusters/default/namespaces/" + namespace)
              .setReleaseId(NAME)
              .setChart("sandbox/" + chart)
              .setVersion(version)
              .setValues(struct(values))
              .setWait(true)
              .build());
    }

    @Override
    public void upgrade(String chart, String version, String values) {
      done("UpgradeRelease", upgradeOf(chart, version, values));
    }

    @Override
    public boolean upgradeFails(String chart, String version, String values) {
      var result = client.call("UpgradeRelease", upgradeOf(chart, version, values));
      return result.code() != Code.OK || result.ok().has("error");
    }

    private UpgradeReleaseRequest upgradeOf(String chart, String version, String values) {
      return UpgradeReleaseRequest.newBuilder()
          .setName(release())
          .setChart("sandbox/" + chart)
          .setVersion(version)
          .setValues(struct(values))
          .setWait(true)
          .build();
    }

    @Override
    public void rollback(int revision) {
      done(
          "RollbackRelease",
          RollbackReleaseRequest.newBuilder()
              .setName(release())
              .setRevision(revision)
              .setWait(true)
              .build());
    }

    @Override
    public void uninstall(boolean keepHistory) {
      done(
          "UninstallRelease",
          UninstallReleaseRequest.newBuilder()
              .setName(release())
              .setKeepHistory(keepHistory)
              .setWait(true)
              .build());
    }

    private void done(String rpc, Message request) {
      var result = client.call(rpc, request);
      assertThat(result.ok().has("error")).as(result.ok().toString()).isFalse();
      assertThat(result.text("/done")).isEqualTo("true");
    }

    private static Struct struct(String json) {
      try {
        var struct = Struct.newBuilder();
        JsonFormat.parser().merge(new ObjectMapper().readTree(json).toString(), struct);
        return struct.build();
      } catch (InvalidProtocolBufferException | JsonProcessingException e) {
        throw new IllegalArgumentException(json, e);
      }
    }
  }
}
