package io.helmgate.deployer.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import io.helmgate.proto.deployer.v1.Release;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponseJsonTest {

  private final ResponseJson json = new ResponseJson();

  @ParameterizedTest
  @CsvSource({
    "3, 3",
    "-3, -3",
    "0, 0",
    "12345678901, 12345678901",
    "9007199254740992, 9007199254740992",
    "1234500000, 1234500000",
    "1e300, 1.0E300",
    "0.25, 0.25",
    "1.5e-7, 1.5E-7"
  })
  void wholeNumbersOfValuesAreWhole(double number, String printed) {
    var value = Value.newBuilder().setNumberValue(number).build();
    var struct = Struct.newBuilder().putFields("a", value).putFields("z", value).build();

    assertThat(json.print(struct)).isEqualTo("{\"a\":%1$s,\"z\":%1$s}".formatted(printed));
  }

  @Test
  void textIsPrintedAsItIs() {
    var text = "<a href='b'> & 1.0, \"2.0\" \\u003c é \u2028";
    var release = Release.newBuilder().setNotes(text).build();

    assertThat(json.print(release))
        .contains("\"notes\":\"<a href='b'> & 1.0, \\\"2.0\\\" \\\\u003c é \u2028\"");
    assertThat(json.tree(release)).containsEntry("notes", text);
  }

  @Test
  void whatIsUnsetIsPrinted() {
    assertThat(json.print(ListReleasesResponse.newBuilder().setNextPageToken("x").build()))
        .isEqualTo("{\"releases\":[],\"nextPageToken\":\"x\",\"unreachable\":[]}");
  }
}
