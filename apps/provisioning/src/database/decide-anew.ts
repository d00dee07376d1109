import { isDuplicateKey } from '@berth/mongo';
import mongoose from 'mongoose';

/**
 * Inserts what a read in the same transaction did not find. When somebody else was faster the whole transaction is run
 * again, as for any write conflict, and then finds it.
 */
export async function insertOrDecideAnew(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const conflict = new mongoose.mongo.MongoServerError({ message: 'Somebody else was faster' });
    conflict.addErrorLabel('TransientTransactionError');
    throw conflict;
  }
}
