package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a service's configuration: the file, variables over it, checks, records. */
public final class ConfigLoader {
  /** The sections that exist; a service reads one of them. */
  private static final List<String> SECTIONS =
      List.of("extauthz", "deployer", "gateway", "coordinator");

  private final ConfigTree tree;
  private final ConfigSchema schema;
  private final Problems problems;
  private final Set<String> unread;
  private final String file;

  private ConfigLoader(String file, ConfigSchema schema, Set<String> unread) {
    this.file = file;
    this.schema = schema;
    this.unread = unread;
    this.tree = new ConfigTree(file);
    this.problems = new Problems(tree, schema.root());
  }

  /**
   * Reads and checks the configuration of a service.
   *
   * @param file {@code helmgate.yaml}
   * @param environment variables; those that begin with {@code HELMGATE_} are read
   * @param section the service's section, whose schema is the class path resource {@code
   *     helmgate/config/SECTION.schema.json}
   * @param type record of the section, bound in snake_case; when it is {@link Validated} its rules
   *     run too
   * @throws InvalidConfigException when anything is wrong, with all of it
   */
  public static <T> Loaded<T> load(
      Path file, Map<String, String> environment, String section, Class<T> type)
      throws InvalidConfigException {
    ClassLoader loader =
        Optional.ofNullable(type.getClassLoader()).orElseGet(ClassLoader::getSystemClassLoader);
    Set<String> unread = new LinkedHashSet<>(SECTIONS);
    unread.remove(section);
    return new ConfigLoader(file.toString(), ConfigSchema.of(section, loader), unread)
        .read(file, environment, section, type);
  }

  private <T> Loaded<T> read(
      Path path, Map<String, String> environment, String section, Class<T> type)
      throws InvalidConfigException {
    boolean readable = readFile(path);
    List<String> warnings =
        new EnvironmentOverlay(tree, schema.root(), unread, problems).apply(environment);
    if (readable) {
      fillEmpty(tree.root(), schema.root());
      new SecretFiles(tree, problems).read(tree.root(), KeyPath.ROOT, schema.root());
      schema.check(tree.root(), problems);
      Optional<Loaded<T>> loaded = bind(path, warnings, section, type);
      if (problems.isEmpty() && loaded.isPresent()) {
        return loaded.get();
      }
    }
    throw new InvalidConfigException(problems.list());
  }

  private boolean readFile(Path path) {
    Origin whole = Origin.inFile(file, 0);
    try {
      YamlReader reader =
          new YamlReader(line -> Origin.inFile(file, line), tree.origins(), problems);
      Optional<JsonNode> read = reader.read(Files.readString(path), KeyPath.ROOT);
      if (read.isPresent() && read.get() instanceof ObjectNode object) {
        tree.root().setAll(object);
        return true;
      }
      if (read.isPresent() && read.get().isNull()) {
        return true;
      }
      if (read.isPresent()) {
        problems.report(
            whole, KeyPath.ROOT, Problems.shown(read.get()), "expected: a mapping of keys");
      }
    } catch (NoSuchFileException e) {
      problems.report(whole, KeyPath.ROOT, "not found", "expected: a file");
    } catch (CharacterCodingException e) {
      problems.report(whole, KeyPath.ROOT, "other than UTF-8", "expected: UTF-8 text");
    } catch (IOException e) {
      problems.report(whole, KeyPath.ROOT, "not readable", "expected: a readable file");
    }
    return false;
  }

  /** A mapping or list whose entries are all commented out is an empty one. */
  private static void fillEmpty(JsonNode node, SchemaNode schema) {
    if (node instanceof ObjectNode object) {
      for (String key : object.propertyStream().map(Map.Entry::getKey).toList()) {
        schema.property(key).ifPresent(below -> fillEmpty(object, key, below));
      }
    } else if (node instanceof ArrayNode array) {
      schema.items().ifPresent(items -> array.forEach(item -> fillEmpty(item, items)));
    }
  }

  private static void fillEmpty(ObjectNode object, String key, SchemaNode below) {
    if (object.path(key).isNull() && "object".equals(below.type())) {
      object.putObject(key);
    } else if (object.path(key).isNull() && "array".equals(below.type())) {
      object.putArray(key);
    }
    fillEmpty(object.path(key), below);
  }

  /**
   * Binds the records and runs the rules over several keys. Keys with problems are left out, so
   * that the rules can be tried on the rest; when the rest is not enough, nothing is bound.
   */
  private <T> Optional<Loaded<T>> bind(
      Path path, List<String> warnings, String section, Class<T> type) {
    ObjectNode sound = schema.without(tree.root(), problems.places());
    if (!schema.accepts(sound)) {
      if (problems.isEmpty()) {
        throw new IllegalStateException(section + ": a default breaks the rules of its own key");
      }
      return Optional.empty();
    }
    JsonNode own = sound.path(section);
    sound.remove(section);
    sound.remove(unread);
    Optional<CommonConfig> common =
        RecordBinding.bind(sound, KeyPath.ROOT, CommonConfig.class, problems);
    Optional<T> bound = RecordBinding.bind(own, KeyPath.ROOT.key(section), type, problems);
    if (common.isEmpty() || bound.isEmpty()) {
      return Optional.empty();
    }
    common.get().validate(problems);
    if (bound.get() instanceof Validated rules) {
      rules.validate(common.get(), problems);
    }
    String effective = new EffectiveConfig(tree, problems).lines(unread);
    return Optional.of(new Loaded<>(common.get(), bound.get(), path, warnings, effective));
  }
}
