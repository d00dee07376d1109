import mongoose from 'mongoose';

const {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
} = mongoose.mongo;

/**
 * Whether work failed because the database was away. A commit may have arrived all the same: the driver does not tell
 * one without an answer from work that never came so far.
 */
export const isDatabaseAway = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  error instanceof MongoNotConnectedError ||
  error instanceof MongoTopologyClosedError ||
  isEndedSocket(error) ||
  // `insertMany` wraps what ended it.
  (error instanceof MongoBulkWriteError && isDatabaseAway(error.errorResponse));

/** Written to when the server had ended it and before the driver (7.8) knew: it passes Node's own error on. */
const isEndedSocket = (error: unknown) => (Object(error) as { code?: unknown }).code === 'EPIPE';
