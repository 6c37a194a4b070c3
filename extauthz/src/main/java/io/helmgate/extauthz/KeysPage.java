package io.helmgate.extauthz;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.keys.KeySetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The admin page {@code /keys}: how each published key set stands, without key material. */
final class KeysPage {

  private KeysPage() {}

  static String json(List<KeySetStatus> sets, Instant now) {
    ArrayNode page = JsonNodeFactory.instance.arrayNode();
    for (KeySetStatus set : sets) {
      ObjectNode entry =
          page.addObject().put("url", set.url().toString()).put("usable", set.usable());
      ArrayNode kids = entry.putArray("kids");
      set.kids().forEach(kids::add);
      set.fetchedAt()
          .ifPresent(
              at ->
                  entry
                      .put("fetched_at", at.toString())
                      .put("age_seconds", Duration.between(at, now).toSeconds()));
      set.problem().ifPresent(problem -> entry.put("last_error", problem));
      set.nextFetch().ifPresent(at -> entry.put("next_refresh", at.toString()));
    }
    return page.toPrettyString() + "\n";
  }
}
