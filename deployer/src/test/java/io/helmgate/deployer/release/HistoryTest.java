package io.helmgate.deployer.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistoryTest {

  @Test
  void theOldestBeyondTheLimitAreTooMany() {
    assertThat(surplus(2, "superseded", "superseded", "superseded", "deployed"))
        .containsExactly(1, 2);
    assertThat(surplus(4, "superseded", "superseded", "superseded", "deployed")).isEmpty();
  }

  @Test
  void theDeployedOneIsKeptBeforeAnyOther() {
    assertThat(surplus(2, "superseded", "deployed", "failed", "failed", "failed"))
        .containsExactly(1, 3, 4);
    assertThat(surplus(1, "deployed", "failed", "failed")).containsExactly(2);
  }

  @Test
  void theNewestGoodOneIsKeptWhenNoneIsDeployed() {
    assertThat(surplus(2, "superseded", "superseded", "failed", "failed")).containsExactly(1, 3);
  }

  @Test
  void neitherTheNewestNorOneThatIsPendingIsTooMany() {
    assertThat(surplus(1, "pending-upgrade", "superseded", "deployed")).containsExactly(2);
    assertThat(surplus(1, "failed")).isEmpty();
    assertThat(surplus(1)).isEmpty();
  }

  /** Of revisions from 1 on. */
  private static List<Integer> surplus(int limit, String... statuses) {
    List<RevisionState> revisions = new ArrayList<>();
    for (String status : statuses) {
      revisions.addFirst(
          new RevisionState(
              new ReleaseRef("team-a", "web"), revisions.size() + 1, status, Instant.EPOCH));
    }
    return History.surplus(revisions, limit).stream().map(RevisionState::revision).toList();
  }
}
