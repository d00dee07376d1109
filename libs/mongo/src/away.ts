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
  // `insertMany` wraps what ended it.
  (error instanceof MongoBulkWriteError && isDatabaseAway(error.errorResponse));
