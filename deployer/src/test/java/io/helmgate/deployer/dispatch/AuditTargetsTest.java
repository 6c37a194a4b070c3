package io.helmgate.deployer.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.audit.AuditTarget;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListChartVersionsRequest;
import org.junit.jupiter.api.Test;

final class AuditTargetsTest {

  @Test
  void aReleaseIsToldByItsParts() {
    assertThat(ofRelease("clusters/east/namespaces/team-a/releases/web"))
        .isEqualTo(new AuditTarget("east", "team-a", "web", "", "", ""));
  }

  @Test
  void aChartIsToldAsOne() {
    assertThat(
            AuditTargets.of(
                ListChartVersionsRequest.newBuilder()
                    .setParent("repositories/main/charts/web")
                    .build(),
                "default"))
        .isEqualTo(new AuditTarget("", "", "", "main/web", "", ""));
  }

  @Test
  void whatIsNoNameTellsNothing() {
    var nothing = new AuditTarget("", "", "", "", "", "");

    assertThat(ofRelease("~/main/charts/web")).isEqualTo(nothing);
    assertThat(ofRelease("/clusters/east/namespaces/team-a")).isEqualTo(nothing);
    assertThat(ofRelease("")).isEqualTo(nothing);
    assertThat(
            AuditTargets.of(
                InstallReleaseRequest.newBuilder().setParent("a/b/c/d").build(), "default"))
        .isEqualTo(nothing);
    assertThat(
            AuditTargets.operation(
                GetOperationRequest.newBuilder().setName("a/b/c/d/e/f/g/h").build()))
        .isEmpty();
  }

  private static AuditTarget ofRelease(String name) {
    return AuditTargets.of(GetReleaseRequest.newBuilder().setName(name).build(), "default");
  }
}
