package io.helmgate.deployer.kubernetes;

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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What lists show of all releases of a cluster, kept up to date by a watch of the service's own. Of
 * a record neither values, notes, manifest nor chart are kept.
 */
public final class ReleaseCache implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReleaseCache.class);
  private static final String RELEASE = "release";

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
    // One that was found deleted comes as the summary that is already here.
    informer.setTransform(
        object -> object.getClass() == V1Secret.class ? new Summary((V1Secret) object) : object);
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
    return secrets.stream().flatMap(secret -> ((Summary) secret).state.stream()).toList();
  }

  /** Without values and notes; empty when it is not known, or could not be read. */
  Optional<ReleaseRevision> summary(RevisionState state) {
    String key = state.ref().namespace() + "/" + ReleaseSecrets.name(state.ref(), state.revision());
    return informer.getIndexer().getByKey(key) instanceof Summary summary
        ? Optional.ofNullable(summary.revision)
        : Optional.empty();
  }

  /** What is kept of a Secret: its record as lists show it, instead of its data. */
  private static final class Summary extends V1Secret {
    private final Optional<RevisionState> state;
    private final @Nullable ReleaseRevision revision;

    Summary(V1Secret secret) {
      V1ObjectMeta metadata = Objects.requireNonNull(secret.getMetadata());
      setMetadata(
          new V1ObjectMeta()
              .namespace(metadata.getNamespace())
              .name(metadata.getName())
              .resourceVersion(metadata.getResourceVersion()));
      state =
          ReleaseSecrets.state(
              Objects.requireNonNull(metadata.getNamespace()),
              Objects.requireNonNull(metadata.getLabels()),
              Objects.requireNonNull(metadata.getCreationTimestamp()).toInstant());
      byte[] release = secret.getData() == null ? null : secret.getData().get(RELEASE);
      revision = release == null ? null : state.flatMap(of -> read(of.ref(), release)).orElse(null);
    }

    private static Optional<ReleaseRevision> read(ReleaseRef ref, byte[] release) {
      try {
        return Optional.of(
            new ReleaseDocument(ref, ReleaseCodec.decode(release)).revision().bare());
      } catch (IOException e) {
        log.debug("A record of release {} cannot be read", ref, e);
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    factory.stopAllRegisteredInformers();
  }
}
