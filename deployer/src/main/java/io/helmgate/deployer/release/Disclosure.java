package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;
import io.helmgate.deployer.values.ObjectMasks;
import io.helmgate.deployer.values.Values;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Releases as their readers may see them: without what is secret. */
public final class Disclosure {

  private static final String UNREADABLE = "# not shown: it cannot be read as YAML\n";

  private final Masks masks;
  private final Manifests manifests;

  public Disclosure(Masks masks, Manifests manifests) {
    this.masks = masks;
    this.manifests = manifests;
  }

  /** The values that were given. */
  public Map<String, @Nullable Object> values(ReleaseRevision revision) {
    return masks.mask(revision.given());
  }

  /** A manifest without what hides, or a text that says that it cannot be read. */
  public String readable(ObjectMasks masks, String manifest) {
    return manifest(masks, manifest).orElse(UNREADABLE);
  }

  /** A manifest without what hides; empty when it cannot be read. */
  public Optional<String> manifest(ObjectMasks masks, String manifest) {
    return manifests
        .parse(manifest)
        .map(
            documents ->
                documents.stream()
                    .map(masks::mask)
                    .map(manifests::write)
                    .collect(Collectors.joining("---\n")));
  }

  /** What hides in notes, descriptions and objects made of some values; costly to make. */
  public ObjectMasks objects(Values values) {
    return new ObjectMasks(masks, values);
  }

  /** Values as they may be shown. */
  public Map<String, @Nullable Object> values(Values values) {
    return masks.mask(values);
  }
}
