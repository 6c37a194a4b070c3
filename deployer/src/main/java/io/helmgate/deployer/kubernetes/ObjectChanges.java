package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees by watches, as the caller, that objects change. The watches begin when somebody waits. Where
 * the caller may not watch, or the API server ends a watch with an error, waiting ends again and
 * again after a short time, so that one looks instead.
 */
final class ObjectChanges implements Changes, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObjectChanges.class);

  /** Between two looks where nothing can be watched. */
  private static final Duration BLIND = Duration.ofMillis(500);

  /**
   * Between two looks while nothing changes: readiness depends on more than is watched, such as a
   * Deployment's on what the controller of its ReplicaSet has seen.
   */
  private static final Duration WATCHED = Duration.ofSeconds(5);

  /** Changes come in bursts. */
  private static final Duration BURST = Duration.ofMillis(100);

  private final KubernetesApi api;
  private final Caller caller;
  private final Pause pause;
  private final Map<String, Set<String>> names = new TreeMap<>();
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final Semaphore changes = new Semaphore(0);
  private boolean begun;
  private volatile boolean blind;
  private volatile boolean closed;

  ObjectChanges(KubernetesApi api, Caller caller, Pause pause, Collection<ObjectPath> objects) {
    this.api = api;
    this.caller = caller;
    this.pause = pause;
    objects.forEach(
        object ->
            names.computeIfAbsent(object.collection(), _ -> new TreeSet<>()).add(object.name()));
  }

  @Override
  public void await(Duration atMost) throws InterruptedException {
    if (!begun) {
      begun = true;
      names.forEach(
          (collection, objects) ->
              Thread.ofVirtual().name("watch").start(() -> follow(collection, objects)));
    }
    Duration longest = blind || names.isEmpty() ? BLIND : WATCHED;
    long nanos = (atMost.compareTo(longest) < 0 ? atMost : longest).toNanos();
    if (changes.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      pause.pause(BURST);
      changes.drainPermits();
    }
  }

  /** Ends the waiting, as a change does. */
  void wake() {
    changes.release();
  }

  /** Watches a collection for as long as its server lets it, and again. */
  private void follow(String collection, Set<String> objects) {
    try {
      while (!closed) {
        read(collection, objects);
        pause.pause(BLIND);
      }
    } catch (IOException e) {
      if (!closed) {
        log.debug("Objects in {} are not watched: {}", collection, e.toString());
        blind = true;
        wake();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without a resourceVersion it begins with what there is, so that no change is missed. */
  private static Map<String, String> query(Set<String> objects) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("watch", "true");
    query.put("timeoutSeconds", Integer.toString(KubernetesApi.WATCH_SECONDS));
    if (objects.size() == 1) {
      query.put("fieldSelector", "metadata.name=" + objects.iterator().next());
    }
    return query;
  }

  private void read(String collection, Set<String> objects) throws IOException {
    if (!(api.metadataStream(caller, collection, query(objects))
        instanceof Outcome.Success<Call>(Call call))) {
      throw new IOException("nobody can act for the caller");
    }
    calls.add(call);
    if (closed) {
      call.cancel();
    }
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("status " + response.code());
      }
      BufferedReader lines = new BufferedReader(response.body().charStream());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode name = api.mapper().readTree(line).path("object").path("metadata").path("name");
        // What has no name is the server's word that it watches no longer.
        if (name.isMissingNode() || objects.contains(name.asText())) {
          wake();
        }
      }
    } finally {
      calls.remove(call);
    }
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(calls).forEach(Call::cancel);
  }
}
