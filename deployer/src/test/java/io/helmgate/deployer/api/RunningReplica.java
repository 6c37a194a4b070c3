package io.helmgate.deployer.api;

import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import java.io.IOException;
import java.nio.file.Path;

/** The API on a replica that works on the shared sandbox, called by a member of team-a. */
record RunningReplica(Replica replica, RunningApi api) implements AutoCloseable {

  static RunningReplica start(Path directory) throws IOException {
    return start(directory, Engine.IN_PROCESS);
  }

  static RunningReplica start(Path directory, Engine helm) throws IOException {
    var replica = Replica.start(SharedSandbox.get(), directory, helm);
    var caller = new TestAssertions(directory, "keycloak:bob", "keycloak:team-a");
    return new RunningReplica(replica, new RunningApi(caller, replica.calls()));
  }

  @Override
  public void close() {
    api.close();
    replica.close();
  }
}
