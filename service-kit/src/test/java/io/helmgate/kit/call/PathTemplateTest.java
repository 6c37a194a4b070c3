package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "/apps, apps, '', true",
    "/apps, App, '', false",
    "/apps, apps/x, '', false",
    "/apps/{name}, apps/x, '', true",
    "/apps/{name}, apps/, '', false",
    "/apps/{name}, apps, '', false",
    "/apps/{name}:undo, apps/x, undo, true",
    "/apps/{name}:undo, apps/x, '', false",
    "/apps/{name}, apps/x, undo, false",
    "/v1/*/apps/{name}, v1/any/apps/x, '', true",
    "/v1/{name=a/*/b/*}:go, v1/a/1/b/2, go, true",
    "/v1/{name=a/*/b/*}:go, v1/a/1/c/2, go, false",
    "/v1/{name=a/*}/c/{x.y}, v1/a/1/c/2, '', true",
    "/v1/{name=*}, v1/x, '', true",
  })
  void pathsFitOrNot(String template, String path, String verb, boolean fits) {
    assertThat(PathTemplate.parse(template).matches(List.of(path.split("/", -1)), verb))
        .isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/{name=a/*/b/*}:go, name 1 5",
    "/v1/{a}/{b.c}, a 1 2 b.c 2 3",
    "/v1/*/{a=*}, a 2 3",
  })
  void variablesCoverTheirSegments(String template, String variables) {
    StringBuilder text = new StringBuilder();
    for (PathTemplate.Variable variable : PathTemplate.parse(template).variables()) {
      text.append("%s %d %d ".formatted(variable.fieldPath(), variable.from(), variable.to()));
    }
    assertThat(text.toString().strip()).isEqualTo(variables);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/{x}, /a/b, true",
    "/a/{x}, /a/{y}, true",
    "/a/{x}/c, /a/b/{y}, true",
    "/{x=a/*}, /a/b, true",
    "/a/{x}, /a/{y}:go, false",
    "/a/{x}:go, /a/{y}:go, true",
    "/a/{x}, /b/{y}, false",
    "/a/{x}, /a/{y}/c, false",
    "/a/{x}/c, /a/{y}/d, false",
  })
  void templatesOverlapWhereOnePathFitsBoth(String one, String other, boolean overlap) {
    assertThat(PathTemplate.parse(one).overlaps(PathTemplate.parse(other))).isEqualTo(overlap);
    assertThat(PathTemplate.parse(other).overlaps(PathTemplate.parse(one))).isEqualTo(overlap);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a/b",
        "/",
        "//a",
        "/a/",
        "/a//b",
        "/a/**",
        "/a/{x=**}",
        "/a/{x",
        "/a/x}",
        "/a/{}",
        "/a/{x=}",
        "/a/{x=b/}",
        "/a/{x}{y}",
        "/a/{x}b",
        "/a/b{x}",
        "/a/{x={y}}",
        "/a/{x.}",
        "/a/{.x}",
        "/a/{x-y}",
        "/a/{x}/{x}",
        "/a:",
        "/a:b:c",
        "/a/b%20c",
        "/a/./b",
        "/a/..",
        "/a;b",
        "/a?b",
        "/:b",
        "/a b",
        "/a/{x=b:c}"
      })
  void brokenOrUnsupportedTemplatesAreRefused(String template) {
    assertThatThrownBy(() -> PathTemplate.parse(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(template);
  }
}
