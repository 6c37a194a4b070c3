package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.deployer.fault.Fault;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * How many calls wait for the same thing, such as a cluster, at a time; others are refused at once,
 * so that those that wait for something else find a thread.
 */
public final class CallLimit {

  private final String name;
  private final Semaphore free;

  /**
   * @param name of what is waited for, for people
   */
  public CallLimit(String name, int calls) {
    this.name = name;
    this.free = new Semaphore(calls);
  }

  /** The same calls, but for those that are too many. */
  public Calls of(Calls calls) {
    return of(calls, _ -> true);
  }

  /** The same calls, but for those that are too many of some requests. */
  public Calls of(Calls calls, Predicate<Message> limited) {
    return (caller, call) -> {
      if (!limited.test(call.request())) {
        return calls.execute(caller, call);
      }
      if (!free.tryAcquire()) {
        return new Reply.Failed(
            Fault.of(
                Code.RESOURCE_EXHAUSTED,
                name + ": too many calls at a time (expected: to try later)"));
      }
      try {
        return calls.execute(caller, call);
      } finally {
        free.release();
      }
    };
  }
}
