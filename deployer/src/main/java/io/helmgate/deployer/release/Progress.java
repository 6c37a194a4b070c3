package io.helmgate.deployer.release;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows a write while it is carried out, and may stop it. Every write asks it before each phase,
 * so that what must not go on does not.
 */
public interface Progress {

  /** Nobody looks, and nobody stops it. */
  Progress UNWATCHED =
      new Progress() {
        @Override
        public Outcome<Phase> enter(Phase phase) {
          return Outcome.success(phase);
        }

        @Override
        public void prepare(Duration atMost) {}

        @Override
        public Outcome<Phase> apply(Duration atMost) {
          return Outcome.success(Phase.APPLYING);
        }

        @Override
        public void seen(int newest) {}

        @Override
        public void revision(int revision) {}

        @Override
        public void fetched(FetchedChart chart) {}

        @Override
        public void warned(List<String> doubts) {}

        @Override
        public void observe(List<ObjectStatus> objects) {}

        @Override
        public Optional<Outcome.Failure<Phase>> stopped() {
          return Optional.empty();
        }

        @Override
        public void onStop(Runnable action) {}

        @Override
        public String killed() {
          return "nobody has looked after what it left";
        }

        @Override
        public Map<String, String> annotations() {
          return Map.of();
        }
      };

  /** Begins a phase; a failure says why the write must end here instead. */
  Outcome<Phase> enter(Phase phase);

  /**
   * Tells that {@link #apply} is the next phase unless the write ends before, so that what it needs
   * is done meanwhile. Does not wait.
   *
   * @param atMost how long Helm may be at work
   */
  void prepare(Duration atMost);

  /**
   * Begins {@link Phase#APPLYING}, from which on Helm writes; it can then be stopped by force only,
   * and only where it runs in a process of its own.
   *
   * @param atMost how long Helm may be at work
   */
  Outcome<Phase> apply(Duration atMost);

  /** Tells the newest revision that there is, before anything is written and later; 0: none. */
  void seen(int newest);

  /** Tells the revision that is going to be written, or that is worked on; before applying. */
  void revision(int revision);

  /** Tells the chart that was fetched. */
  void fetched(FetchedChart chart);

  /** Tells why Helm may apply something else than was checked; before applying. */
  void warned(List<String> doubts);

  /** Tells how the release's objects are. */
  void observe(List<ObjectStatus> objects);

  /** Why the write must end, as soon as it can; empty while it may go on. */
  Optional<Outcome.Failure<Phase>> stopped();

  /** Runs an action once the write must end, at once when it must already. */
  void onStop(Runnable action);

  /**
   * Tells that Helm was ended by force, and is no longer at work. Ends what it has left pending.
   *
   * @return what there is of the revision now, for the caller to read
   */
  String killed();

  /** Annotations for the Chart.yaml of the revision, by which it can be told whose it is. */
  Map<String, String> annotations();
}
