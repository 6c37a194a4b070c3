package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.helmgate.deployer.kubernetes.Readiness.Failed;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import java.io.IOException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReadinessRulesTest {
  private static final String READY = "ready";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{status: {conditions: [{type: Ready, status: 'True'}]}}  | ready",
        "{status: {conditions: [{type: Ready, status: 'False'}]}} | not ready",
        "{}                                                       | not ready",
      })
  void pod(String object, String expected) throws IOException {
    assertThat(shown(ReadinessRules::pod, object)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{spec: {type: ExternalName}}                              | ready",
        "{spec: {type: ClusterIP}}                                 | no cluster IP",
        "{spec: {type: ClusterIP, clusterIP: None}}                | ready",
        "{spec: {type: LoadBalancer, clusterIP: a}}                | no load balancer address",
        "{spec: {type: LoadBalancer, clusterIP: a, externalIPs: [b]}} | ready",
        "{spec: {type: LoadBalancer, clusterIP: a}, status: {loadBalancer: {ingress: [{ip: b}]}}}"
            + " | ready",
      })
  void service(String object, String expected) throws IOException {
    assertThat(shown(ReadinessRules::service, object)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{spec: {completions: 2}, status: {succeeded: 2}}                 | ready",
        "{spec: {completions: 2}, status: {succeeded: 1}}                 | 1 of 2 completions",
        "{spec: {completions: 1, backoffLimit: 1}, status: {failed: 2}}   | failed: failed",
        "{spec: {}, status: {conditions: [{type: Failed, status: 'True'}]}} | failed: failed",
      })
  void job(String object, String expected) throws IOException {
    assertThat(shown(ReadinessRules::job, object)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{replicas: 2}                                     | 1 | 1 of 2 pods ready",
        "{replicas: 2}                                     | 2 | ready",
        "{replicas: 4, strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%}}}"
            + " | 3 | ready",
        "{replicas: 3, strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%,"
            + " maxSurge: 1}}} | 2 | 2 of 3 pods ready",
        "{replicas: 3, strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0,"
            + " maxSurge: 0}}} | 2 | ready",
        "{replicas: 9, paused: true}                       | 0 | ready",
        "{replicas: 0}                                     | 0 | ready",
      })
  void deployment(String spec, int ready, String expected) throws IOException {
    JsonNode deployment =
        yaml("{metadata: {generation: 3}, status: {observedGeneration: 3}, spec: " + spec + "}");
    JsonNode newest =
        yaml(
            "{metadata: {generation: 1}, status: {observedGeneration: 1, readyReplicas: "
                + ready
                + "}}");

    assertThat(shown(ReadinessRules.deployment(deployment, newest))).isEqualTo(expected);
  }

  @Test
  void aDeploymentIsNotReadyBeforeItsControllerHasSeenIt() throws IOException {
    JsonNode old =
        yaml("{metadata: {generation: 3}, status: {observedGeneration: 2}, spec: {replicas: 0}}");

    assertThat(ReadinessRules.deployment(old, MissingNode.getInstance()))
        .isInstanceOf(NotYet.class);
    assertThat(ReadinessRules.deployment(old, yaml("{}"))).isInstanceOf(NotYet.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{replicas: 2}|{updatedReplicas: 2, readyReplicas: 2, currentRevision: a, updateRevision: a}"
            + "|ready",
        "{replicas: 2}|{updatedReplicas: 1, readyReplicas: 2}|1 of 2 pods updated",
        "{replicas: 2}|{updatedReplicas: 2, readyReplicas: 1}|1 of 2 pods ready",
        "{replicas: 1}|{updatedReplicas: 1, readyReplicas: 1, currentRevision: a, updateRevision: b}"
            + "|old pods are still there",
        "{replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}|"
            + "{updatedReplicas: 1, readyReplicas: 3, currentRevision: a, updateRevision: b}|ready",
        "{replicas: 3, updateStrategy: {type: OnDelete}}|{}|ready",
      })
  void statefulSet(String spec, String status, String expected) throws IOException {
    assertThat(shown(ReadinessRules::statefulSet, "{spec: " + spec + ", status: " + status + "}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{desiredNumberScheduled: 2, updatedNumberScheduled: 1}|1 of 2 pods scheduled",
        "{desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 1}|1 of 2 pods ready",
        "{desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 2}|ready",
      })
  void daemonSet(String status, String expected) throws IOException {
    assertThat(shown(ReadinessRules::daemonSet, "{status: " + status + "}")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{status: {phase: Succeeded}}                                   | ready",
        "{status: {phase: Running}}                                     | not completed",
        "{status: {phase: Failed}}                                      | failed: failed",
        "{status: {conditions: [{type: Complete, status: 'True'}]}}     | ready",
        "{status: {conditions: [{type: Failed, status: 'True'}]}}       | failed: failed",
      })
  void completed(String object, String expected) throws IOException {
    assertThat(shown(ReadinessRules::completed, object)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{status: {conditions: [{type: Established, status: 'True'}]}}    | ready",
        "{status: {conditions: [{type: NamesAccepted, status: 'False'}]}} | ready",
        "{}                                                               | not established",
      })
  void definition(String object, String expected) throws IOException {
    assertThat(shown(ReadinessRules::definition, object)).isEqualTo(expected);
  }

  private static String shown(Function<JsonNode, Readiness> rule, String object)
      throws IOException {
    return shown(rule.apply(yaml(object)));
  }

  private static String shown(Readiness readiness) {
    return switch (readiness) {
      case Ready _ -> READY;
      case NotYet(String why) -> why;
      case Failed(String why) -> "failed: " + why;
    };
  }

  private static JsonNode yaml(String text) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(text);
  }
}
