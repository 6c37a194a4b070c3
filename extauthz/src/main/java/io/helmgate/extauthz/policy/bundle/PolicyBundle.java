package io.helmgate.extauthz.policy.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A bundle that may be used: complete, of bounded size and, where keys are set, signed. */
public final class PolicyBundle {

  private static final String MODULE = "policy.wasm";
  private static final String DATA = "data.json";
  private static final List<String> YAML_DATA = List.of("data.yaml", "data.yml");

  private final SortedMap<String, byte[]> files;
  private final BundleManifest manifest;
  private final String digest;

  private PolicyBundle(SortedMap<String, byte[]> files, BundleManifest manifest, String digest) {
    this.files = Collections.unmodifiableSortedMap(files);
    this.manifest = manifest;
    this.digest = digest;
  }

  /**
   * Reads a bundle.
   *
   * @param archive a {@code .tar.gz} file
   * @param keys who may have signed it; empty means that signatures are not looked at
   * @param maxBytes most bytes of all files together
   */
  public static PolicyBundle read(byte[] archive, Optional<BundleKeys> keys, long maxBytes)
      throws InvalidBundleException {
    SortedMap<String, byte[]> files = BundleArchive.read(archive, maxBytes);
    if (keys.isPresent()) {
      new BundleSignature(keys.get()).check(files);
    }
    if (files.containsKey("patch.json")) {
      throw new InvalidBundleException("patch.json (expected: a snapshot, no delta bundle)");
    }
    byte[] manifest = files.get(BundleManifest.NAME);
    return new PolicyBundle(
        files,
        manifest == null ? BundleManifest.none() : BundleManifest.parse(manifest),
        sha256(archive));
  }

  /** The files by name, without a leading slash. */
  public SortedMap<String, byte[]> files() {
    return files;
  }

  public BundleManifest manifest() {
    return manifest;
  }

  /** SHA-256 over the archive, in hexadecimal. */
  public String digest() {
    return digest;
  }

  /** The maker's name for this version, else the digest. */
  public String revision() {
    return manifest.revision().isEmpty() ? digest : manifest.revision();
  }

  /** Whether there is Rego in it. */
  public boolean hasRego() {
    return files.keySet().stream().anyMatch(name -> name.endsWith(".rego"));
  }

  /**
   * The compiled module that has an entrypoint, such as {@code helmgate/authz/allow}; empty when
   * there is none.
   */
  public Optional<byte[]> module(String entrypoint) {
    // Bundles of old versions of opa have a module, and no list of its entrypoints.
    String name =
        manifest.modules().isEmpty() ? MODULE : manifest.modules().getOrDefault(entrypoint, "");
    return Optional.ofNullable(files.get(name));
  }

  /**
   * The base documents, as the engine wants them for a compiled module: each {@code data.json} at
   * the path of its directory.
   *
   * @throws InvalidBundleException when one is not usable, or outside of the bundle's roots
   */
  public byte[] data() throws InvalidBundleException {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = file.getKey();
      int slash = name.lastIndexOf('/');
      String base = name.substring(slash + 1);
      if (YAML_DATA.contains(base)) {
        throw new InvalidBundleException(
            name + " beside a compiled module (expected: data.json, as opa build writes it)");
      }
      if (base.equals(DATA)) {
        ObjectNode document =
            StrictJson.object(file.getValue())
                .orElseThrow(() -> new InvalidBundleException(name + " is no JSON object"));
        String path = slash < 0 ? "" : name.substring(0, slash);
        checkRoots(path, document);
        ObjectNode place = data;
        for (String step : path.isEmpty() ? new String[0] : path.split("/", -1)) {
          place = place.withObjectProperty(step);
        }
        merge(place, document, name);
      }
    }
    return data.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void merge(ObjectNode into, ObjectNode from, String name)
      throws InvalidBundleException {
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      JsonNode old = into.get(member.getKey());
      if (old == null) {
        into.set(member.getKey(), member.getValue());
      } else if (old instanceof ObjectNode below && member.getValue() instanceof ObjectNode more) {
        merge(below, more, name);
      } else {
        throw new InvalidBundleException(
            name + ": " + member.getKey() + " is in another file, too");
      }
    }
  }

  /** Each path to a value must be below a root, or lead to one. */
  private void checkRoots(String path, JsonNode value) throws InvalidBundleException {
    if (manifest.owns(path)) {
      return;
    }
    if (!(value instanceof ObjectNode object)) {
      throw new InvalidBundleException(
          "data at " + path + " is outside of the roots " + manifest.roots());
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      checkRoots(
          path.isEmpty() ? member.getKey() : path + "/" + member.getKey(), member.getValue());
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
