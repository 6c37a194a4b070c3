package io.helmgate.deployer.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Asks several clusters at the same time. */
final class SideBySide {

  private SideBySide() {}

  /** All answers in the order of those who were asked; waits for the slowest. */
  static <C, A> List<A> ask(List<C> clusters, Function<C, A> question) {
    if (clusters.size() == 1) {
      return List.of(question.apply(clusters.getFirst()));
    }
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      List<Future<A>> asked =
          clusters.stream().map(cluster -> threads.submit(() -> question.apply(cluster))).toList();
      List<A> answers = new ArrayList<>();
      for (var each : asked) {
        answers.add(each.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while clusters were asked", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a question to a cluster broke", e.getCause());
    }
  }
}
