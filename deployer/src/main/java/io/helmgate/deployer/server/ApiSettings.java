package io.helmgate.deployer.server;

import io.helmgate.deployer.playground.Playground;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How the API listens.
 *
 * @param address port 0 lets the system choose
 * @param keys the server's certificate
 * @param trust accepts the certificates of clients, of which every one must show one
 * @param introspection whether GraphQL tells its schema
 * @param reflection whether gRPC tells its schema
 * @param clusterCalls how many calls may be under way on all clusters together
 * @param playground a page for people, answered without an assertion
 * @param drain time for the calls under way when the server stops
 */
public record ApiSettings(
    InetSocketAddress address,
    X509ExtendedKeyManager keys,
    X509ExtendedTrustManager trust,
    boolean introspection,
    boolean reflection,
    int clusterCalls,
    Optional<Playground> playground,
    Duration drain) {}
