import type { Cursors } from '../cursors.ts';
import type { Deadline } from '../deadline.ts';
import { MongoError, unsupported } from '../errors.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { Collection } from '../store/collection.ts';
import type { Engine } from '../store/engine.ts';
import { Blocked, type Transaction } from '../store/transaction.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, Kind, isDoc, kindOf } from '../values/document.ts';

/** What all commands share. */
export interface ServerState {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly cursors: Cursors;
  /** `host:port`, once listening. */
  address: string;
  readonly replicaSet: string;
}

/** One command being carried out. */
export interface CommandContext extends ServerState {
  readonly command: Doc;
  readonly database: string;
  readonly session: Session | null;
  readonly transaction: Transaction | null;
  readonly deadline: Deadline;
}

export interface CommandDefinition {
  /** The fields it understands besides its own name and the generic ones; any other is refused. */
  readonly fields: readonly string[] | 'any';
  /** A retryable write's answer is kept for the driver's second attempt. */
  readonly retryable?: boolean;
  /** Reads are done again when what they saw could not be saved. */
  readonly reads?: boolean;
  /** Allowed inside a transaction. */
  readonly inTransaction?: boolean;
  run(context: CommandContext): Doc | Promise<Doc>;
}

export type CommandTable = Readonly<Record<string, CommandDefinition>>;

/** The collection a command names in its first field; throws InvalidNamespace. */
export function collectionName({ command, database }: CommandContext): string {
  const name = Object.values(command)[0];
  if (name === 1 && 'aggregate' in command) throw unsupported('aggregate on a database');
  if (typeof name === 'string' && name !== '' && !name.startsWith('.') && !/[$\0]/.test(name)) return name;
  throw new MongoError('InvalidNamespace', `Invalid namespace specified '${database}.${String(name)}'`);
}

/** The existing collection a command names, or null; one made by another open transaction does not exist yet. */
export function targetOf(context: CommandContext): Collection | null {
  const collection = context.engine.collection(context.database, collectionName(context));
  return collection?.createdBy && collection.createdBy !== context.transaction ? null : collection;
}

/** An optional whole number ≥ 0 of a command. */
export function optionalCount(command: Doc, name: string): number {
  const value = command[name];
  if (value === undefined || value === null) return 0;
  const number = kindOf(value) === Kind.number ? toNumber(value) : NaN;
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new MongoError('BadValue', `'${name}' must be a whole number, not negative`);
}

/** An array of documents a command must have. */
export function documentsOf(command: Doc, name: string): Doc[] {
  const list = command[name];
  if (Array.isArray(list) && list.length > 0 && list.every(isDoc)) return list;
  throw new MongoError('BadValue', `'${name}' must be a non-empty array of documents`);
}

/**
 * Does a write outside transactions, waiting for every transaction that is in its way. What it did before waiting is
 * saved meanwhile. Throws MaxTimeMSExpired when the client's time is up.
 */
export async function whenUnblocked<T>({ deadline }: CommandContext, attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      await untilEnd(error.transaction, deadline);
    }
  }
}

async function untilEnd(transaction: Transaction, deadline: Deadline): Promise<void> {
  if (deadline.endsAt === Infinity) await transaction.ended;
  else {
    const { promise, resolve }: PromiseWithResolvers<void> = Promise.withResolvers();
    const timer = setTimeout(resolve, Math.max(0, deadline.endsAt - performance.now()));
    await Promise.race([transaction.ended, promise]);
    clearTimeout(timer);
  }
  deadline.resume();
  deadline.check();
}
