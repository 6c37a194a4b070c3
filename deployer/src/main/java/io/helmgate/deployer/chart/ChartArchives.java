package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets archives: from the disk, else from their repositories, checked in either case. */
final class ChartArchives {
  private static final Logger log = LoggerFactory.getLogger(ChartArchives.class);

  private final ArchiveCache cache;

  ChartArchives(ArchiveCache cache) {
    this.cache = cache;
  }

  /**
   * The archive of a version, as its repository made it.
   *
   * @param chart completed
   */
  Outcome<Path> original(Repository repository, IndexedChart chart, Duration timeout) {
    if (chart.sha256().isEmpty() || chart.urls().isEmpty()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          chart.label() + "the index gives no SHA-256 digest or no URL (expected: both)");
    }
    try {
      Optional<Path> kept = cache.get(chart.sha256());
      return kept.isPresent()
          ? Outcome.success(kept.get())
          : repository
              .source()
              .archive(chart, timeout)
              .flatMap(content -> keep(chart, content.value()));
    } catch (IOException e) {
      log.error("The cache of chart archives cannot be used", e);
      return Outcome.failure(Reason.INTERNAL, chart.label() + "cannot be kept on disk");
    }
  }

  private Outcome<Path> keep(IndexedChart chart, byte[] content) {
    if (!ArchiveCache.digest(content).equals(chart.sha256())) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          chart.label() + "the archive's SHA-256 is not the one in the index");
    }
    try {
      ArchiveReader.read(new ByteArrayInputStream(content), (_, _) -> {});
      return Outcome.success(cache.put(chart.sha256(), content));
    } catch (BadChartException e) {
      log.warn("{}its archive is bad", chart.label(), e);
      return Outcome.failure(Reason.FAILED_PRECONDITION, chart.label() + e.getMessage());
    } catch (IOException e) {
      log.error("{}cannot be kept on disk", chart.label(), e);
      return Outcome.failure(Reason.INTERNAL, chart.label() + "cannot be kept on disk");
    }
  }

  /**
   * What the signature of a version proves.
   *
   * @param chart completed
   */
  Outcome<Provenance> provenance(Repository repository, IndexedChart chart, Duration timeout) {
    return repository
        .source()
        .provenance(chart, timeout)
        .map(
            file -> {
              if (file.isEmpty()) {
                return new Provenance.Unsigned();
              }
              return repository.keys().isEmpty()
                  ? new Provenance.Unchecked()
                  : repository.keys().get().check(file.get().value(), chart);
            });
  }

  /**
   * The archive, when its repository's policy lets it be deployed.
   *
   * @param chart completed
   * @param archive as its repository made it
   */
  Outcome<Path> vouched(Repository repository, IndexedChart chart, Path archive, Duration timeout) {
    ProvenancePolicy policy = repository.settings().signatures().policy();
    if (policy == ProvenancePolicy.OFF) {
      return Outcome.success(archive);
    }
    return provenance(repository, chart, timeout)
        .flatMap(
            proven ->
                switch (proven) {
                  case Provenance.Verified _ -> Outcome.success(archive);
                  case Provenance.Unsigned _ when policy == ProvenancePolicy.VERIFY ->
                      Outcome.success(archive);
                  case Provenance.Unsigned _ -> refused(chart, "it is not signed");
                  case Provenance.Unchecked _ ->
                      refused(chart, "there are no keys to hold its signature against");
                  case Provenance.Failed(String problem) -> refused(chart, problem);
                });
  }

  private static Outcome<Path> refused(IndexedChart chart, String problem) {
    return Outcome.failure(
        Reason.FAILED_PRECONDITION,
        chart.label() + problem + " (expected: the signature of a key in the keyring)");
  }
}
