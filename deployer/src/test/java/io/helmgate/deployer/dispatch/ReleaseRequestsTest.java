package io.helmgate.deployer.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReleaseRequestsTest {
  private final ReleaseRequests requests = new ReleaseRequests(new ResourceNames("default"));

  @ParameterizedTest
  @CsvSource({
    "0, releases.name, 50",
    "1000, releases.name, 1000",
    "1001, releases.name, 1000",
    "1000, releases, 1000",
    "1000, releases.notes, 100",
    "101, releases.values, 100",
    "7, releases.values, 7"
  })
  void aPageOfReleasesIsBoundedByWhatTheyAreReadWith(int wanted, String view, int size) {
    var request =
        ListReleasesRequest.newBuilder()
            .setParent("clusters/default/namespaces/team-a")
            .setView(FieldMask.newBuilder().addPaths(view))
            .setPageSize(wanted)
            .build();

    assertThat(valid(requests.list(request)).page().size()).isEqualTo(size);
  }

  @Test
  void aPageOfRevisionsIsBounded() {
    var request =
        ListReleaseRevisionsRequest.newBuilder()
            .setParent("clusters/default/namespaces/team-a/releases/web")
            .setPageSize(1000)
            .build();

    assertThat(valid(requests.revisions(request)).page().size()).isEqualTo(100);
  }

  private static <T> T valid(Validation<T> validation) {
    assertThat(validation).isInstanceOf(Validation.Valid.class);
    return ((Validation.Valid<T>) validation).value();
  }
}
