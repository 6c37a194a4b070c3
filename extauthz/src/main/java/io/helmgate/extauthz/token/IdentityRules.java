package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which claims name user and groups.
 *
 * @param userClaim claim with the user's name; dots lead into nested claims
 * @param groupsClaim claim with the groups' names, a text or a list of texts; may be absent
 * @param prefix text in front of each name, so that no provider can name another one's users
 */
public record IdentityRules(String userClaim, String groupsClaim, String prefix) {

  /** Names that only the cluster itself may give; impersonating one would be taking its power. */
  private static final String RESERVED = "system:";

  /** What came of reading the claims. */
  sealed interface Reading {
    /** A caller with a name. */
    record Named(Identity identity) implements Reading {}

    /** The token names nobody. */
    record Nameless() implements Reading {}

    /** The token claims a name that it must not, or in a form that cannot be understood. */
    record Refused(String problem) implements Reading {}
  }

  Reading read(ObjectNode claims) {
    List<String> groups = new ArrayList<>();
    JsonNode groupsValue = ClaimPath.find(claims, groupsClaim);
    if (groupsValue != null) {
      for (JsonNode group : groupsValue.isArray() ? groupsValue : List.of(groupsValue)) {
        if (!group.isTextual()) {
          return new Reading.Refused(
              "claim [" + groupsClaim + "] is neither a text nor a list of texts");
        }
        groups.add(group.textValue());
      }
    }
    for (String group : groups) {
      if (reserved(group)) {
        return new Reading.Refused("group " + group + " is reserved");
      }
    }
    JsonNode user = ClaimPath.find(claims, userClaim);
    if (user == null || !user.isTextual() || user.textValue().isEmpty()) {
      return new Reading.Nameless();
    }
    if (reserved(user.textValue())) {
      return new Reading.Refused("user " + user.textValue() + " is reserved");
    }
    return new Reading.Named(
        new Identity(
            prefix + user.textValue(), groups.stream().map(group -> prefix + group).toList()));
  }

  private boolean reserved(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith(RESERVED)
        || (prefix + name).toLowerCase(Locale.ROOT).startsWith(RESERVED);
  }
}
