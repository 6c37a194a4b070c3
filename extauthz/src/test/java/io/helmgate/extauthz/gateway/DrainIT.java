package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.ExtAuthzApp;
import io.helmgate.extauthz.gateway.Gateway.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica ends while requests come in. */
final class DrainIT {

  private static final int CLIENTS = 8;

  @TempDir private Path directory;

  @Test
  void noRequestFailsWhenOneOfTwoReplicasDrainsAndEnds() throws Exception {
    try (Gateway gateway = new Gateway(2, directory, Map.of("default", "calls: false\n"))) {
      AtomicBoolean end = new AtomicBoolean();
      AtomicInteger decided = new AtomicInteger();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofVirtual().start(() -> load(gateway, end, decided, failures)));
      }
      more(decided);

      ExtAuthzApp leaving = gateway.replicas().getFirst();
      leaving.drain(Duration.ofSeconds(5));
      leaving.close();
      more(decided);
      end.set(true);
      for (Thread client : clients) {
        client.join();
      }

      assertThat(failures).isEmpty();
    }
  }

  private static void more(AtomicInteger decided) {
    int before = decided.get();
    await().atMost(Duration.ofSeconds(30)).until(() -> decided.get() > before + 200);
  }

  private static void load(
      Gateway gateway, AtomicBoolean end, AtomicInteger decided, Queue<String> failures) {
    while (!end.get()) {
      try {
        Reply reply = gateway.send(gateway.plain("/x"));
        // This Envoy fails open: what was not decided passes without metadata.
        if (reply.status() == 200 && reply.header("x-metadata").contains("decision_id")) {
          decided.incrementAndGet();
        } else {
          failures.add(reply.status() + " " + reply.headers());
        }
      } catch (Exception e) {
        failures.add(e.toString());
      }
    }
  }
}
