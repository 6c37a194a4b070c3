package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HelmProxyServiceGrpc;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** APIs of which nothing but a descriptor set is known. */
class DescribedCallsTest {

  private static final String STREAMS = "streams.v1.Streams";
  private static final Map<String, List<String>> GRPC =
      Map.of("content-type", List.of("application/grpc"));

  @Test
  void aDescribedApiIsDecodedLikeAGeneratedOne() {
    var described = decoder(Set.of(), false);
    var generated = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());
    HttpCallRequest grpc =
        grpc("/helmgate.HelmProxyService/GetApp", frame(appRef("team-a").toByteString()));
    HttpCallRequest rest =
        new HttpCallRequest("GET", "/apps/team-a/web", Map.of(), ByteString.EMPTY);

    for (HttpCallRequest request : List.of(grpc, rest)) {
      List<Call> calls = calls(described.decode(request));
      assertThat(calls).hasSize(1);
      assertThat(CallDigest.of(calls)).isEqualTo(CallDigest.of(calls(generated.decode(request))));
      assertThat(CallJson.request(calls.getFirst()))
          .isEqualTo("{\"namespace\":\"team-a\",\"name\":\"web\"}");
    }
  }

  @Test
  void aClientStreamIsDecodedByItsFirstMessage() {
    ByteString first = frame(appRef("team-a").toByteString());
    HttpCallRequest stream =
        grpc("/" + STREAMS + "/Upload", first.concat(frame(appRef("team-b").toByteString())));

    assertThat(calls(decoder(Set.of(), true).decode(stream)))
        .singleElement()
        .satisfies(call -> assertThat(CallJson.request(call)).contains("team-a"));
    assertThat(refusal(decoder(Set.of(), false).decode(stream))).isEqualTo(Refusal.UNKNOWN_ROUTE);
  }

  @Test
  void ofABodyThatWasCutOnlyTheFirstMessageOfAStreamCanBeDecoded() {
    CallDecoder decoder = decoder(Set.of(), true);
    ByteString first = frame(appRef("team-a").toByteString());
    HttpCallRequest stream = grpc("/" + STREAMS + "/Upload", first.concat(first.substring(0, 9)));
    HttpCallRequest cutWithin = grpc("/" + STREAMS + "/Upload", first.substring(0, 9));
    HttpCallRequest unary = grpc("/helmgate.HelmProxyService/GetApp", first);

    assertThat(decoder.decodeBeginning(stream))
        .hasValueSatisfying(decoding -> assertThat(calls(decoding)).hasSize(1));
    assertThat(decoder.decodeBeginning(cutWithin))
        .hasValueSatisfying(decoding -> assertThat(refusal(decoding)).isEqualTo(Refusal.MALFORMED));
    assertThat(decoder.decodeBeginning(unary)).isEmpty();
  }

  @Test
  void onlyTheServicesThatAreNamedMayBeCalled() {
    CallDecoder decoder = decoder(Set.of("helmgate.HelmProxyService"), true);
    ByteString message = frame(appRef("team-a").toByteString());

    assertThat(calls(decoder.decode(grpc("/helmgate.HelmProxyService/GetApp", message))))
        .hasSize(1);
    assertThat(refusal(decoder.decode(grpc("/" + STREAMS + "/Upload", message))))
        .isEqualTo(Refusal.UNKNOWN_ROUTE);
  }

  @Test
  void aSetThatCannotBeUsedIsRefusedByName() {
    assertThatThrownBy(() -> decoder(Set.of("no.Such"), false)).hasMessageContaining("no.Such");
    assertThatThrownBy(() -> CallSchema.described(ByteString.copyFromUtf8("text"), Set.of(), false))
        .hasMessageContaining("no FileDescriptorSet");
    ByteString alone = FileDescriptorSet.newBuilder().addFile(streams()).build().toByteString();
    assertThatThrownBy(() -> CallSchema.described(alone, Set.of(), false))
        .hasMessageContaining("imports")
        .hasMessageContaining("which is missing");
  }

  private static CallDecoder decoder(Set<String> services, boolean clientStreams) {
    Set<FileDescriptor> files = new LinkedHashSet<>();
    collect(helmgate(), files);
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    files.forEach(file -> set.addFile(file.toProto()));
    ByteString bytes = set.addFile(streams()).build().toByteString();
    return new CallDecoder(
        CallSchema.described(bytes, services, clientStreams), CallLimits.defaults());
  }

  /** A service of one method that takes a stream. */
  private static FileDescriptorProto streams() {
    return FileDescriptorProto.newBuilder()
        .setName("streams/v1/streams.proto")
        .setPackage("streams.v1")
        .setSyntax("proto3")
        .addDependency(helmgate().getName())
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Streams")
                .addMethod(
                    MethodDescriptorProto.newBuilder()
                        .setName("Upload")
                        .setClientStreaming(true)
                        .setInputType(".helmgate.AppRef")
                        .setOutputType(".helmgate.AppRef")))
        .build();
  }

  private static FileDescriptor helmgate() {
    Object schema = HelmProxyServiceGrpc.getServiceDescriptor().getSchemaDescriptor();
    assertThat(schema).isInstanceOf(ProtoFileDescriptorSupplier.class);
    return ((ProtoFileDescriptorSupplier) schema).getFileDescriptor();
  }

  private static void collect(FileDescriptor file, Set<FileDescriptor> found) {
    file.getDependencies().forEach(imported -> collect(imported, found));
    found.add(file);
  }

  private static AppRef appRef(String namespace) {
    return AppRef.newBuilder().setNamespace(namespace).setName("web").build();
  }

  private static ByteString frame(ByteString message) {
    ByteBuffer prefix = ByteBuffer.allocate(5).put((byte) 0).putInt(message.size()).flip();
    return ByteString.copyFrom(prefix).concat(message);
  }

  private static HttpCallRequest grpc(String path, ByteString body) {
    return new HttpCallRequest("POST", path, GRPC, body);
  }

  private static List<Call> calls(Decoding decoding) {
    assertThat(decoding).isInstanceOf(Decoding.Decoded.class);
    return ((Decoding.Decoded) decoding).calls();
  }

  private static Refusal refusal(Decoding decoding) {
    assertThat(decoding).isInstanceOf(Decoding.Refused.class);
    return ((Decoding.Refused) decoding).reason();
  }
}
