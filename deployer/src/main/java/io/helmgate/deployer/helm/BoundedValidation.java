package io.helmgate.deployer.helm;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;

/**
 * A validation that comes to an end and keeps the first errors only. References within a schema may
 * lead in circles, or double the work with each level of it or of the values.
 */
final class BoundedValidation extends ExecutionContext {
  /** About a second. */
  private static final int MAX_STEPS = 5_000_000;

  /** Each level takes some frames of the thread's stack. */
  private static final int MAX_DEPTH = 1_000;

  static final int MAX_ERRORS = 50;

  private int steps;
  private int depth;

  static final class EndlessException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public void evaluationPathAddLast(String keyword) {
    step();
    super.evaluationPathAddLast(keyword);
  }

  @Override
  public void evaluationPathAddLast(int index) {
    step();
    super.evaluationPathAddLast(index);
  }

  @Override
  public void evaluationPathRemoveLast() {
    depth--;
    super.evaluationPathRemoveLast();
  }

  /** What is left out changes no verdict: there are errors already. */
  @Override
  public void addError(Error error) {
    if (getErrors().size() < MAX_ERRORS) {
      super.addError(error);
    }
  }

  private void step() {
    steps++;
    depth++;
    if (steps > MAX_STEPS || depth > MAX_DEPTH) {
      throw new EndlessException();
    }
  }
}
