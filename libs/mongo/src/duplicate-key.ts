import mongoose from 'mongoose';

const DUPLICATE_KEY = 11000;
/** Up to the index's name: what follows it holds values from outside. */
const MESSAGE = /^E11000 duplicate key error collection: \S+ index: (\S+) /;

/**
 * Whether a write failed on a unique index, one with this field when it is given. After `insertMany` and `bulkWrite`
 * that is the first write that failed, and its index has to have the name MongoDB gives it (`accountId_1_name_1`).
 */
export function isDuplicateKey(error: unknown, field?: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  return field === undefined || fieldsOfIndex(error).includes(field);
}

/** Of bulk writes the driver keeps nothing but the message, so the fields are read from the index's name. */
function fieldsOfIndex({ keyPattern, message }: mongoose.mongo.MongoServerError): string[] {
  if (typeof keyPattern === 'object' && keyPattern !== null) return Object.keys(keyPattern);
  const index = MESSAGE.exec(message)?.[1] ?? '';
  return index === '_id_' ? ['_id'] : index.split(/_-?1(?:_|$)/);
}

/** Whether one write of many failed because the `_id` is there already. */
export const isKnownId = ({ code, errmsg }: mongoose.mongo.WriteError): boolean =>
  code === DUPLICATE_KEY && MESSAGE.exec(errmsg ?? '')?.[1] === '_id_';
