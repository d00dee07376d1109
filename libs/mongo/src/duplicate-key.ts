import mongoose from 'mongoose';

const DUPLICATE_KEY = 11000;

/** Whether a write failed on a unique index, one with this field when it is given. */
export function isDuplicateKey(error: unknown, field?: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  const keyPattern: unknown = error.keyPattern;
  return (
    field === undefined || (typeof keyPattern === 'object' && keyPattern !== null && field in keyPattern)
  );
}
