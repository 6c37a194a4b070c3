package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import io.helmgate.sandbox.process.Cli;

/** A way to do things to one release, and to wait for their end. */
interface ParityWay {
  String NAME = "parity";

  String namespace();

  void install(String chart, String version, String values);

  void upgrade(String chart, String version, String values);

  /** Whether it was refused, or failed. */
  boolean upgradeFails(String chart, String version, String values);

  void test();

  void rollback(int revision);

  void uninstall(boolean keepHistory);

  final class ByHelm implements ParityWay {
    private final Cli helm = Running.helmgate().helm();
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
      var archive = Running.helmgate().archive(chart, version).toString();
      return helm.tryRun(
          values, command, NAME, archive, "-n", namespace, "-f", "-", "--timeout=60s");
    }

    @Override
    public void test() {
      helm.run("test", NAME, "-n", namespace);
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

  final class ByApi implements ParityWay {
    private final V1Client client;
    private final String namespace;

    ByApi(V1Client client, String namespace) {
      this.client = client;
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
              .setValues(Values.struct(values))
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
          .setValues(Values.struct(values))
          .setWait(true)
          .build();
    }

    @Override
    public void test() {
      done("TestRelease", TestReleaseRequest.newBuilder().setName(release()).setWait(true).build());
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
  }
}
