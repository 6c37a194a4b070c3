package io.helmgate.bench.result;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The figures of a benchmark as a table for people and a file for programs. */
public final class Report {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bench;
  private final List<Measure> measures = new ArrayList<>();

  /**
   * Begins a report.
   *
   * @param bench name of the benchmark
   */
  public Report(String bench) {
    this.bench = bench;
  }

  public void add(Measure measure) {
    measures.add(measure);
  }

  /** Whether every goal is met. */
  public boolean met() {
    return measures.stream().noneMatch(measure -> Boolean.FALSE.equals(measure.met()));
  }

  /** The table in Markdown, so that it can be put into the documentation as it is. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append("| measure | median | lowest … highest | unit | goal | met |\n");
    table.append("|---|---:|---:|---|---|---|\n");
    for (Measure measure : measures) {
      Boolean met = measure.met();
      table
          .append("| ")
          .append(measure.name())
          .append(" | ")
          .append(Spread.text(measure.spread().median()))
          .append(" | ")
          .append(measure.spread())
          .append(" | ")
          .append(measure.unit())
          .append(" | ")
          .append(measure.goal() == null ? "" : measure.goal())
          .append(" | ")
          .append(met == null ? "" : met ? "yes" : "**no**")
          .append(" |\n");
    }
    return table.toString();
  }

  /**
   * Writes the medians.
   *
   * @throws IOException when the file cannot be written
   */
  public void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.writeString(file, json().toPrettyString() + "\n");
  }

  ObjectNode json() {
    ObjectNode report = JSON.createObjectNode().put("bench", bench);
    ArrayNode list = report.putArray("measures");
    for (Measure measure : measures) {
      ObjectNode one = list.addObject();
      one.put("name", measure.name());
      one.put("value", measure.spread().median());
      one.put("unit", measure.unit());
      one.put("goal", measure.goal() == null ? null : measure.goal().toString());
      one.put("met", measure.met());
    }
    return report;
  }
}
