package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallDigestTest {

  private static final Message TEAM = AppRef.newBuilder().setNamespace("team-a").build();

  @Test
  void theEncodingNeverChanges() {
    // printf '\0\0\0\1\0\0\0\2/a\0\0\0\10\n\6team-a' | sha256sum, in base64url
    assertThat(CallDigest.of(List.of(call("/a", TEAM))))
        .isEqualTo("05i-gn2BGXdAdD6jMIi1eAreJMufczePH4so2lGKW74");
  }

  @Test
  void callsThatDifferHaveOtherDigests() {
    Message empty = Empty.getDefaultInstance();
    List<List<Call>> all =
        List.of(
            List.of(),
            List.of(call("/a", TEAM)),
            List.of(call("/b", TEAM)),
            List.of(call("/a", empty)),
            List.of(call("/a", empty), call("/b", empty)),
            List.of(call("/b", empty), call("/a", empty)),
            List.of(call("/a", empty), call("/a", empty)),
            List.of(call("/a", TEAM), call("/a", empty)),
            List.of(call("/a", empty), call("/a", TEAM)),
            List.of(call("/ab", empty)),
            List.of(call("/a", AppRef.newBuilder().setName("team-a").build())));
    List<String> digests = new ArrayList<>(all.stream().map(CallDigest::of).toList());
    Set<String> distinct = new LinkedHashSet<>(digests);
    assertThat(distinct).hasSameSizeAs(digests);
  }

  @Test
  void howACallWasMadeDoesNotCount() {
    Call other = new Call("s", "/a", TEAM, "alias", 3, 7);
    assertThat(CallDigest.of(List.of(other))).isEqualTo(CallDigest.of(List.of(call("/a", TEAM))));
  }

  @Test
  void theOrderOfMapEntriesDoesNotCount() {
    AppInput one = AppInput.newBuilder().putConfig("a", "1").putConfig("b", "2").build();
    AppInput other = AppInput.newBuilder().putConfig("b", "2").putConfig("a", "1").build();
    assertThat(CallDigest.of(List.of(call("/a", one))))
        .isEqualTo(CallDigest.of(List.of(call("/a", other))));
  }

  @Test
  void messagesWithoutAGeneratedTypeHaveTheSameDigest() throws InvalidProtocolBufferException {
    ByteString bytes = TEAM.toByteString();
    Message dynamic = DynamicMessage.parseFrom(AppRef.getDescriptor(), bytes);
    assertThat(CallDigest.of(List.of(call("/a", dynamic))))
        .isEqualTo(CallDigest.of(List.of(call("/a", TEAM))));
  }

  private static Call call(String method, Message request) {
    return new Call("s", method, request, "", 0, 1);
  }
}
