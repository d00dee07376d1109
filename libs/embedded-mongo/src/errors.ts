import { BSONError } from 'bson';
import type { Doc } from './values/document.ts';

/** The server's error codes this database can answer with, by name (mongodb/mongo `error_codes.yml`). */
const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  CommandNotSupported: 115,
  NoSuchTransaction: 251,
  CannotBackfillArray: 118,
  TransactionTooOld: 225,
  MechanismUnavailable: 334,
  OperationNotSupportedInTransaction: 263,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  CannotIndexParallelArrays: 171,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
} as const;

export type ErrorName = keyof typeof codes;

/** Retried by the driver as a whole transaction. */
export const TRANSIENT = 'TransientTransactionError';

/** An error as it goes to the client: `code`, `codeName`, `errmsg`, `details` (e.g. keyPattern) and error labels. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly details: Doc;
  readonly labels: readonly string[];

  /** `name` is a named code, or the number of one of the server's `Location…` codes. */
  constructor(name: ErrorName | number, message: string, details: Doc = {}, labels: readonly string[] = []) {
    super(message);
    this.code = typeof name === 'number' ? name : codes[name];
    this.codeName = typeof name === 'number' ? `Location${name}` : name;
    this.details = details;
    this.labels = labels;
  }

  /** The reply to a command that failed with this error. */
  reply(): Doc {
    const reply: Doc = {
      ok: 0,
      errmsg: this.message,
      code: this.code,
      codeName: this.codeName,
      ...this.details,
    };
    if (this.labels.length) reply.errorLabels = this.labels;
    return reply;
  }
}

/** The error for everything real MongoDB has and this database leaves out. */
export function unsupported(what: string): MongoError {
  return new MongoError('CommandNotSupported', `${what} is not supported by the embedded database`);
}

export function writeConflict(): MongoError {
  const message =
    'WriteConflict: another transaction wrote this document first. Please retry the transaction.';
  return new MongoError('WriteConflict', message, {}, [TRANSIENT]);
}

/** Any thrown value as a MongoError: what is not ours is an internal error, or bad BSON from the client. */
export function asMongoError(error: unknown): MongoError {
  if (error instanceof MongoError) return error;
  return new MongoError(error instanceof BSONError ? 'InvalidBSON' : 'InternalError', String(error));
}
