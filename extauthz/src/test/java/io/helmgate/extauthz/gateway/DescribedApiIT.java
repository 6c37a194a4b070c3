package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.helmgate.extauthz.gateway.Gateway.Reply;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HelmProxyServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upstream of which extauthz knows nothing but a descriptor set, behind a real Envoy. */
final class DescribedApiIT {

  private static final String POLICY =
      """
      package api

      allow if {
        input.call.method == "/helmgate.HelmProxyService/GetApp"
        input.call.request.namespace == "team-a"
      }

      allow if {
        input.decode_error
        input.parsed_path == ["static", "logo.svg"]
      }
      """;

  @TempDir private static Path directory;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(directory.resolve("api.rego"), POLICY);
    Files.write(directory.resolve("api.binpb"), descriptors());
    String profile =
        """
        call_schema: {descriptor_set: DIR/api.binpb, services: [helmgate.HelmProxyService]}
        policy: {file: DIR/api.rego, query: data.api.allow}
        """;
    gateway =
        new Gateway(directory, Map.of("api", profile, "marked", profile + "undecodable: mark\n"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void oneRuleDecidesRestAndGrpc() throws Exception {
    assertThat(gateway.send(request("api", "/apps/team-a/web")).status()).isEqualTo(200);
    assertThat(gateway.send(request("api", "/apps/team-b/web")).status()).isEqualTo(403);

    assertThat(grpcWeb("team-a").status()).isEqualTo(200);
    Reply refused = grpcWeb("team-b");
    assertThat(refused.reachedUpstream()).isFalse();
  }

  @Test
  void whatTheSetDoesNotDescribeIsRefusedUnlessAPolicyMayJudgeIt() throws Exception {
    assertThat(gateway.send(request("api", "/static/logo.svg")).status()).isEqualTo(404);

    assertThat(gateway.send(request("marked", "/static/logo.svg")).status()).isEqualTo(200);
    assertThat(gateway.send(request("marked", "/static/other")).status()).isEqualTo(403);
    assertThat(gateway.send(request("marked", "/apps/team-b/web")).status()).isEqualTo(403);
  }

  private static Reply grpcWeb(String namespace) throws Exception {
    byte[] message =
        AppRef.newBuilder().setNamespace(namespace).setName("web").build().toByteArray();
    var body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 0, 0, 0, (byte) message.length});
    body.writeBytes(message);
    return gateway.send(
        request("api", "/helmgate.HelmProxyService/GetApp")
            .header("content-type", "application/grpc-web+proto")
            .POST(BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private static HttpRequest.Builder request(String profile, String target) {
    return gateway.plain(target).header("x-profile", profile);
  }

  private static byte[] descriptors() {
    Object schema = HelmProxyServiceGrpc.getServiceDescriptor().getSchemaDescriptor();
    assertThat(schema).isInstanceOf(ProtoFileDescriptorSupplier.class);
    Set<FileDescriptor> files = new LinkedHashSet<>();
    collect(((ProtoFileDescriptorSupplier) schema).getFileDescriptor(), files);
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    files.forEach(file -> set.addFile(file.toProto()));
    return set.build().toByteArray();
  }

  private static void collect(FileDescriptor file, Set<FileDescriptor> found) {
    file.getDependencies().forEach(imported -> collect(imported, found));
    found.add(file);
  }
}
