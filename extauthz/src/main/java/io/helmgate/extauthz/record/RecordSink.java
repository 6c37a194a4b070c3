package io.helmgate.extauthz.record;

import java.io.IOException;

/** Where records go. All but {@link #close} is called by one thread only, which may block. */
interface RecordSink extends AutoCloseable {

  /** The sink in metrics and the log. */
  String name();

  /**
   * Takes a record.
   *
   * @param record a JSON object in UTF-8
   * @return how many records became durable with this call; earlier ones may be among them
   * @throws IOException when it cannot be written; the record is lost
   */
  int write(byte[] record) throws IOException, InterruptedException;

  /**
   * Called now and then while nothing is to be written.
   *
   * @return how many records became durable
   */
  default int idle() throws IOException, InterruptedException {
    return 0;
  }

  /** Called at the end, when no record will follow; likewise. */
  default int finish() throws IOException, InterruptedException {
    return 0;
  }

  /** The end is near: what waits for something else, such as the time to try again, gives up. */
  @Override
  default void close() {}
}
