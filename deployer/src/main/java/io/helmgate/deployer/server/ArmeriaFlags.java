package io.helmgate.deployer.server;

import com.linecorp.armeria.common.FlagsProvider;

/** Settings that Armeria takes for the whole process, found by its ServiceLoader. */
public final class ArmeriaFlags implements FlagsProvider {

  /** Above the defaults, below system properties. */
  @Override
  public int priority() {
    return 1;
  }

  /**
   * The cache's keys are normalised paths: after a request to {@code /apps//x} one to {@code
   * /apps/x} is said to have been sent as the former, and the decoder refuses it (seen with
   * 1.34.2).
   */
  @Override
  public String parsedPathCacheSpec() {
    return "off";
  }

  /** Two dots in a query are data to the decoder, so they are here. */
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }
}
