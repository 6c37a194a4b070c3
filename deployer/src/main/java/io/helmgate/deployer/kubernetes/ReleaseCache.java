package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.RevisionState;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.informer.cache.Caches;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1SecretList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What lists show of all releases of a cluster, kept up to date by a watch of the service's own. Of
 * a record neither values, notes, manifest nor chart are kept.
 */
public final class ReleaseCache implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReleaseCache.class);
  private static final ObjectMapper MAPPER = ReleaseCodec.mapper();
  private static final String RELEASE = "release";
  private static final String SUMMARY = "summary";

  private final SharedInformerFactory factory;
  private final SharedIndexInformer<V1Secret> informer;
  private final AtomicBoolean failing = new AtomicBoolean();

  private ReleaseCache(ApiClient client) {
    this.factory = new SharedInformerFactory(client);
    CoreV1Api api = new CoreV1Api(client);
    this.informer =
        factory.sharedIndexInformerFor(
            parameters ->
                api.listSecretForAllNamespaces()
                    .labelSelector("owner=helm")
                    .fieldSelector(ReleaseSecrets.TYPE)
                    .resourceVersion(parameters.resourceVersion)
                    .timeoutSeconds(parameters.timeoutSeconds)
                    .watch(parameters.watch)
                    .buildCall(null),
            V1Secret.class,
            V1SecretList.class,
            0,
            (_, failure) -> failed(failure));
    informer.setTransform(secret -> summarized((V1Secret) secret));
  }

  /** Begins to fill it; that goes on for as long as the cluster does not answer. */
  public static ReleaseCache start(ClusterConnection connection) {
    ApiClient client = KubernetesApi.client(connection);
    client.setReadTimeout(0);
    client.setHttpClient(
        client.getHttpClient().newBuilder().pingInterval(Duration.ofSeconds(20)).build());
    ReleaseCache cache = new ReleaseCache(client);
    cache.factory.startAllRegisteredInformers();
    return cache;
  }

  /** It is tried again; each time is too often to tell. */
  private void failed(Throwable failure) {
    log.atLevel(failing.getAndSet(true) ? Level.DEBUG : Level.WARN)
        .log("The cache of releases cannot be filled: {}", failure.toString());
  }

  /** Whether it has been filled. */
  public boolean filled() {
    return informer.hasSynced();
  }

  /** All revisions in a namespace; empty: in all. */
  List<RevisionState> states(Optional<String> namespace) {
    List<V1Secret> secrets =
        namespace
            .map(name -> informer.getIndexer().byIndex(Caches.NAMESPACE_INDEX, name))
            .orElseGet(() -> informer.getIndexer().list());
    return secrets.stream().flatMap(secret -> state(secret).stream()).toList();
  }

  /** Without values and notes; empty when it is not known, or could not be read. */
  Optional<ReleaseRevision> summary(RevisionState state) {
    String key = state.ref().namespace() + "/" + ReleaseSecrets.name(state.ref(), state.revision());
    return Optional.ofNullable(informer.getIndexer().getByKey(key))
        .flatMap(secret -> Optional.ofNullable(secret.getData()))
        .flatMap(data -> Optional.ofNullable(data.get(SUMMARY)))
        .map(ReleaseCache::revision);
  }

  private static ReleaseRevision revision(byte[] summary) {
    try {
      return RevisionCodec.read(MAPPER.readTree(summary));
    } catch (IOException e) {
      throw new UncheckedIOException("what was written here is JSON", e);
    }
  }

  private static Optional<RevisionState> state(V1Secret secret) {
    V1ObjectMeta metadata = Objects.requireNonNull(secret.getMetadata());
    Map<String, String> labels = Objects.requireNonNull(metadata.getLabels());
    return ReleaseSecrets.state(
        Objects.requireNonNull(metadata.getNamespace()),
        labels,
        Objects.requireNonNull(metadata.getCreationTimestamp()).toInstant());
  }

  /** The Secret with what lists show in place of its data. */
  private static V1Secret summarized(V1Secret secret) {
    V1ObjectMeta metadata = Objects.requireNonNull(secret.getMetadata());
    V1Secret small =
        new V1Secret()
            .metadata(
                new V1ObjectMeta()
                    .namespace(metadata.getNamespace())
                    .name(metadata.getName())
                    .labels(metadata.getLabels())
                    .creationTimestamp(metadata.getCreationTimestamp())
                    .resourceVersion(metadata.getResourceVersion()));
    byte[] release = secret.getData() == null ? null : secret.getData().get(RELEASE);
    Optional<RevisionState> state = state(secret);
    if (release != null && state.isPresent()) {
      try {
        JsonNode summary = RevisionCodec.write(revision(state.get().ref(), release).bare());
        small.data(Map.of(SUMMARY, MAPPER.writeValueAsBytes(summary)));
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException("every tree is JSON", e);
      } catch (IOException e) {
        log.debug("The record {} cannot be read", metadata.getName(), e);
      }
    }
    return small;
  }

  private static ReleaseRevision revision(ReleaseRef ref, byte[] release) throws IOException {
    String data = Base64.getEncoder().encodeToString(release);
    return new ReleaseDocument(ref, ReleaseCodec.decode(data)).revision();
  }

  @Override
  public void close() {
    factory.stopAllRegisteredInformers();
  }
}
