package io.helmgate.sandbox.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;

/**
 * The clients of a realm.
 *
 * @param realm URL of the realm in the admin API
 */
record RealmClients(KeycloakRest rest, String realm, String token) {

  /** Makes a page the only one that a client's users are sent back to. */
  void redirect(String clientId, URI page) {
    var client = (ObjectNode) rest.get(realm + "/clients?clientId=" + clientId, token).path(0);
    client.putArray("redirectUris").add(page.toString());
    rest.put(realm + "/clients/" + client.path("id").asText(), token, client);
  }
}
