package io.helmgate.kit.config;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * How unquoted words are read: by YAML 1.2's core schema without its octal and hexadecimal numbers.
 * So {@code yes}, {@code on}, {@code 007} and {@code 12:30} are text, which YAML 1.1 (what
 * SnakeYAML does by itself) silently turns into booleans and other numbers.
 */
final class PlainScalars extends Resolver {

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
    addImplicitResolver(Tag.INT, Pattern.compile("[-+]?(0|[1-9][0-9]*)"), "-+0123456789");
    addImplicitResolver(
        Tag.FLOAT,
        Pattern.compile(
            "[-+]?(\\.[0-9]+|(0|[1-9][0-9]*)\\.[0-9]*)([eE][-+]?[0-9]{1,3})?"
                + "|[-+]?(0|[1-9][0-9]*)[eE][-+]?[0-9]{1,3}"),
        "-+0123456789.");
    addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL|"), "~nN\0");
  }
}
