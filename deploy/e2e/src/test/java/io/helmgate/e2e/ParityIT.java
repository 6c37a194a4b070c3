package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.kit.client.V1Client;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same charts by the {@code helm} program and by the API, each in a namespace of its own:
 * everything that is there after each step is the same, objects and Helm's records.
 */
final class ParityIT {
  private static final String GADGETS = "gadgets.parity.example.com";
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

  private static final Running HELMGATE = Running.helmgate();
  private static Map<String, Snapshot> whole = Map.of();
  private static Map<String, Snapshot> failing = Map.of();

  static List<V1Client> clients() {
    return HELMGATE.v1("alice");
  }

  @BeforeAll
  static void byHelm(@TempDir Path directory) throws IOException {
    HELMGATE.addChart("whole");
    HELMGATE.addChart("hooked");
    HELMGATE.addChart(changedDefinition(directory), "2.0.0");
    whole = lifecycle(new ParityWay.ByHelm(HELMGATE.freshName("parity-ns")));
    failing = failing(new ParityWay.ByHelm(HELMGATE.freshName("parity-ns")));
  }

  /** What is there after a step. */
  private record Snapshot(Map<String, JsonNode> objects, Map<String, JsonNode> records) {}

  @ParameterizedTest
  @MethodSource("clients")
  void aChartWithEverythingIsTheSameAfterEachStep(V1Client client) {
    assertSame(lifecycle(new ParityWay.ByApi(client, HELMGATE.freshName("parity-ns"))), whole);
    assertThat(whole)
        .hasEntrySatisfying(
            "upgrade",
            upgraded -> assertThat(upgraded.objects()).containsKey("ConfigMap parity-2-0-0"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aFailingHookLeavesTheSame(V1Client client) {
    assertSame(failing(new ParityWay.ByApi(client, HELMGATE.freshName("parity-ns"))), failing);
  }

  private static Map<String, Snapshot> lifecycle(ParityWay way) {
    HELMGATE.kubectl("create", "namespace", way.namespace());
    HELMGATE.kubectl(
        "create", "configmap", "existing", "-n", way.namespace(), "--from-literal=seen=yes");
    var steps = new Steps(way, true);
    steps.take("install", () -> way.install("whole", "1.0.0", FIRST));
    steps.take("test", way::test);
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
    HELMGATE.kubectl("delete", "crd", GADGETS);
    return steps.snapshots;
  }

  private static Map<String, Snapshot> failing(ParityWay way) {
    HELMGATE.kubectl("create", "namespace", way.namespace());
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

  private static void refuses(ParityWay way, String values) {
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

  /** The chart once more, of which Helm does not make a definition that is there. */
  private static Path changedDefinition(Path directory) throws IOException {
    var source = HELMGATE.root().resolve("deployer/src/test/charts/whole");
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
    return copy;
  }

  private static final class Steps {
    private final ParityWay way;
    private final boolean gadgets;
    private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();

    /**
     * @param gadgets whether the definition, and what is of its kind, is looked at too
     */
    Steps(ParityWay way, boolean gadgets) {
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
      snapshots.put(step, new Snapshot(objects, Deployed.records(way.namespace(), ParityWay.NAME)));
    }
  }
}
