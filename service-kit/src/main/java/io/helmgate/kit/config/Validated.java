package io.helmgate.kit.config;

/** A section that has rules over several keys, beyond what its schema says of each one. */
public interface Validated {

  /**
   * Reports what is wrong. It runs also when other keys have problems (with those keys at their
   * defaults), so that everything is reported at once; a report that names a key with a problem of
   * its own is dropped.
   *
   * @param common the top level
   * @param problems takes the reports
   */
  void validate(CommonConfig common, Problems problems);
}
