package io.helmgate.deployer.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.helmgate.deployer.fault.FieldViolation;
import io.helmgate.proto.AppFilter;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.HistoryFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppRequestsTest {

  private static final String NAMES = "\"namespace\": \"team-a\", \"app_name\": \"web\"";
  private static final String INPUT = NAMES + ", \"chart\": \"stable/web\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "namespace": "team-a"                                | name
          "namespace": "team-a", "name": "Web"                 | name
          "namespace": "team-a", "name": "a_b"                 | name
          "namespace": "team-a", "name": "a\\nb"               | name
          "namespace": "team-a", "name": "-a"                  | name
          "namespace": "team-a", "name": "a..b"                | name
          "namespace": "team-a", "name": "../web"              | name
          "name": "web"                                        | namespace
          "name": "web", "namespace": "a.b"                    | namespace
          "name": "web", "namespace": "a/b"                    | namespace
          "name": "web", "namespace": "Team"                   | namespace
          "namespace": "team-a", "name": "web", "view": "none" | view
          """)
  void refusesAReference(String fields, String field) {
    assertThat(violated(AppRequests.ref(read(AppRef.newBuilder(), fields).build())))
        .isEqualTo(field);
  }

  @Test
  void boundsTheLengthOfNames() {
    var ref = AppRef.newBuilder().setNamespace("n".repeat(63)).setName("r".repeat(53));
    assertThat(AppRequests.ref(ref.build())).isInstanceOf(Validation.Valid.class);

    assertThat(violated(AppRequests.ref(ref.clone().setName("r".repeat(54)).build())))
        .isEqualTo("name");
    assertThat(violated(AppRequests.ref(ref.clone().setNamespace("n".repeat(64)).build())))
        .isEqualTo("namespace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "limit": 1                                                              | ref
          "ref": {"name": "web"}                                                  | ref.namespace
          "ref": {"namespace": "team-a"}                                          | ref.name
          "ref": {"namespace": "team-a", "name": "web"}, "limit": 4294967295      | limit
          "ref": {"namespace": "team-a", "name": "web", "view": "name"}           | ref.view
          "ref": {"namespace": "team-a", "name": "web"}, "view": "apps.name"      | view
          """)
  void refusesAHistoryFilter(String fields, String field) {
    assertThat(violated(AppRequests.history(read(HistoryFilter.newBuilder(), fields).build())))
        .isEqualTo(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "namespace": "A"           | namespace
          "selector": "a b"          | selector
          "selector": "a=b,"         | selector
          "selector": "a in b"       | selector
          "selector": "a=b=c"        | selector
          "selector": "a,\\n"        | selector
          "limit": 2147483648        | limit
          "offset": 2147483648       | offset
          """)
  void refusesASearch(String fields, String field) {
    assertThat(violated(AppRequests.search(read(AppFilter.newBuilder(), fields).build())))
        .isEqualTo(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=deployed",
        "status==deployed",
        "status!=deployed",
        "status in (deployed,failed)",
        "status notin ( deployed , failed ), name",
        "!status",
        "example.com/tier=front,name=",
        "version=1"
      })
  void acceptsALabelSelector(String selector) {
    assertThat(AppRequests.search(AppFilter.newBuilder().setSelector(selector).build()))
        .isInstanceOf(Validation.Valid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "chart": ""                                      | chart
          "chart": "web"                                   | chart
          "chart": "/etc/passwd"                           | chart
          "chart": "../web"                                | chart
          "chart": "stable/../web"                         | chart
          "chart": "https://example.com/web"               | chart
          "version": ">1"                                  | version
          "version": "1.x, 2"                              | version
          "request_id": "42"                               | request_id
          "timeout": "0s"                                  | timeout
          "timeout": "-1s"                                 | timeout
          "timeout": "300.000000001s"                      | timeout
          "config": {"a": "b"}, "values": {}               | values
          "view": "release.config.secret"                  | view
          """)
  void refusesAnInput(String fields, String field) {
    var input = AppInput.newBuilder();
    read(input, fields.contains("chart") ? NAMES : INPUT);
    assertThat(violated(AppRequests.deploy(read(input, fields).build()))).isEqualTo(field);
  }

  @Test
  void refusesValuesThatAreNoJson() {
    assertThat(violated(AppRequests.deploy(withValue(Value.getDefaultInstance()))))
        .isEqualTo("values.list[0]");
    assertThat(
            violated(
                AppRequests.deploy(
                    withValue(Value.newBuilder().setNumberValue(Double.NaN).build()))))
        .isEqualTo("values.list[0]");
  }

  @Test
  void refusesAChartSearchOfMoreThanALine() {
    assertThat(violated(AppRequests.charts(ChartFilter.newBuilder().setTerm("a\nb").build())))
        .isEqualTo("term");
    assertThat(
            violated(AppRequests.charts(ChartFilter.newBuilder().setTerm("a".repeat(226)).build())))
        .isEqualTo("term");
  }

  private static AppInput withValue(Value value) {
    var input = AppInput.newBuilder();
    read(input, INPUT);
    var list = Value.newBuilder();
    list.getListValueBuilder().addValues(value);
    return input.setValues(Struct.newBuilder().putFields("list", list.build())).build();
  }

  private static String violated(Validation<?> validation) {
    assertThat(validation).isInstanceOf(Validation.Invalid.class);
    var violations = ((Validation.Invalid<?>) validation).violations();
    assertThat(violations).hasSize(1);
    return violations.stream().map(FieldViolation::field).findFirst().orElseThrow();
  }

  private static <B extends Message.Builder> B read(B builder, String fields) {
    try {
      JsonFormat.parser().merge("{" + fields + "}", builder);
      return builder;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
