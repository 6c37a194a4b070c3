package io.helmgate.deployer.release;

import io.helmgate.deployer.values.ValuePath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The places of secret values as one text, a path a line. What cannot be written or read so hides
 * more instead of less.
 */
final class SecretPaths {

  /** More are written as the keys that they begin with. */
  private static final int MAX_PATHS = 200;

  private SecretPaths() {}

  static String write(Set<ValuePath> paths) {
    if (paths.stream().anyMatch(path -> path.toString().lines().count() != 1)) {
      return ValuePath.ROOT.toString();
    }
    Set<ValuePath> written =
        paths.size() <= MAX_PATHS
            ? paths
            : paths.stream()
                .map(path -> new ValuePath(path.steps().subList(0, 1)))
                .collect(Collectors.toSet());
    return written.stream().map(ValuePath::toString).sorted().collect(Collectors.joining("\n"));
  }

  static Set<ValuePath> read(Optional<String> text) {
    if (text.isEmpty()) {
      return Set.of();
    }
    List<String> lines = text.get().lines().toList();
    return lines.isEmpty()
        ? Set.of(ValuePath.ROOT)
        : lines.stream()
            .map(line -> ValuePath.parse(line).orElse(ValuePath.ROOT))
            .collect(Collectors.toSet());
  }
}
