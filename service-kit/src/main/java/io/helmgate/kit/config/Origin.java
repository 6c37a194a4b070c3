package io.helmgate.kit.config;

import java.util.Comparator;

/**
 * Where a value was written.
 *
 * @param source the file's path as given, or the variable's name
 * @param line line in the file from 1; 0 for a whole file and for a variable
 * @param variable whether the source is an environment variable
 */
record Origin(String source, int line, boolean variable) implements Comparable<Origin> {
  private static final Comparator<Origin> FILE_FIRST =
      Comparator.<Origin, Boolean>comparing(Origin::variable)
          .thenComparing(Origin::source)
          .thenComparingInt(Origin::line);

  static Origin inFile(String file, int line) {
    return new Origin(file, line, false);
  }

  static Origin ofVariable(String name) {
    return new Origin(name, 0, true);
  }

  @Override
  public int compareTo(Origin other) {
    return FILE_FIRST.compare(this, other);
  }

  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
