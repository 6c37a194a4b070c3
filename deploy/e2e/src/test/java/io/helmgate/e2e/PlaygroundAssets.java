package io.helmgate.e2e;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What the playground's page names.
 *
 * @param all paths of everything
 */
record PlaygroundAssets(String script, String icon, List<String> all) {

  private static final Pattern ASSET = Pattern.compile("/playground/[A-Za-z0-9._-]+");

  static PlaygroundAssets of(String page) {
    var all = ASSET.matcher(page).results().map(found -> found.group()).distinct().toList();
    return new PlaygroundAssets(
        first(all, "/playground/main-.*\\.js"), first(all, "/playground/icon-.*"), all);
  }

  private static String first(List<String> all, String pattern) {
    return all.stream().filter(path -> path.matches(pattern)).findFirst().orElseThrow();
  }
}
