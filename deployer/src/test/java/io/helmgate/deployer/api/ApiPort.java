package io.helmgate.deployer.api;

import io.grpc.ManagedChannel;
import java.net.URI;
import java.net.http.HttpClient;

/** A deployer's port, and what its callers need. */
interface ApiPort {

  ManagedChannel channel();

  HttpClient http();

  URI url(String path);

  TestAssertions assertions();
}
