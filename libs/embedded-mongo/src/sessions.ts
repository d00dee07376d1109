import { Binary } from 'bson';
import { MongoError, TRANSIENT } from './errors.ts';
import type { DatabaseFile } from './persistence/database-file.ts';
import type { Engine } from './store/engine.ts';
import type { Transaction } from './store/transaction.ts';
import { type Doc, isDoc } from './values/document.ts';
import { toNumber } from './values/compare.ts';

/** After this long without use a session is forgotten, as the hello reply tells drivers. */
export const sessionTimeoutMinutes = 30;

/** A driver's logical session: its open transaction, and the last answer in case the driver asks again. */
export interface Session {
  readonly id: string;
  usedAt: number;
  /** `txnNumber` of the newest transaction or retryable write. */
  number: number;
  transaction: Transaction | null;
  /** The transaction with that number has been committed. */
  committed: boolean;
  /** The answer to the retryable write with that number. */
  reply: Doc | null;
  /** The retryable write with that number is being done. */
  running: Promise<unknown> | null;
}

export class Sessions {
  readonly #engine: Engine;
  readonly #lifetimeSeconds: number;
  readonly #sessions = new Map<string, Session>();

  /** Takes in what the file remembers, so that a write is done once even when the answer got lost in a crash. */
  constructor(engine: Engine, file: DatabaseFile, transactionLifetimeLimitSeconds: number) {
    this.#engine = engine;
    this.#lifetimeSeconds = transactionLifetimeLimitSeconds;
    file.loadSessions(({ id, state }) => {
      const reply = isDoc(state.reply) ? state.reply : null;
      const session = {
        ...newSession(id),
        number: Number(state.number),
        committed: Boolean(state.committed),
        reply,
      };
      this.#sessions.set(id, session);
    });
  }

  /** The session of a command's `lsid`; null when it has none. */
  of(command: Doc): Session | null {
    const id = isDoc(command.lsid) ? command.lsid.id : undefined;
    if (!(id instanceof Binary)) return null;
    const key = id.toString('hex');
    const session = this.#sessions.get(key) ?? newSession(key);
    this.#sessions.set(key, session);
    session.usedAt = Date.now();
    return session;
  }

  /** Moves a session on to a new number; throws TransactionTooOld for one that has passed. */
  advance(session: Session, number: number): void {
    if (number < session.number) {
      const message = `Cannot use txnNumber ${number}: a newer one ${session.number} has started on this session`;
      throw new MongoError('TransactionTooOld', message);
    }
    if (number === session.number) return;
    this.#abort(session);
    Object.assign(session, { number, committed: false, reply: null, running: null });
  }

  /** Begins a transaction; abandoned, it aborts by itself after the lifetime limit. */
  begin(session: Session, number: number): Transaction {
    this.advance(session, number);
    this.#abort(session);
    const transaction = this.#engine.begin();
    session.transaction = transaction;
    const timer = setTimeout(() => this.#engine.abort(transaction), this.#lifetimeSeconds * 1000);
    timer.unref();
    void transaction.ended.then(() => clearTimeout(timer));
    return transaction;
  }

  /** The open transaction a statement belongs to; throws NoSuchTransaction when there is none any more. */
  current(session: Session, number: number, transient: boolean): Transaction {
    if (session.number === number && session.transaction?.state === 'active') return session.transaction;
    const message = `Given transaction number ${number} does not match any in-progress transactions.`;
    throw new MongoError('NoSuchTransaction', message, {}, transient ? [TRANSIENT] : []);
  }

  /** Remembers that the session's transaction was committed, on disk together with its writes. */
  committed(session: Session): void {
    session.committed = true;
    this.#save(session, () => (session.committed = false));
  }

  /** Remembers the answer to a retryable write, on disk together with the write. */
  answered(session: Session, reply: Doc): void {
    session.reply = reply;
    if (this.#engine.journal.settled()) this.#save(session, () => (session.reply = null));
  }

  #save(session: Session, undo: () => void): void {
    const { id, number, committed, reply } = session;
    this.#engine.journal.record({ save: (file) => file.saveSession(id, { number, committed, reply }), undo });
  }

  #abort(session: Session): void {
    if (session.transaction) this.#engine.abort(session.transaction);
    session.transaction = null;
  }

  /** Ends sessions at their owner's request (`[{ id }]`), or all of them. */
  end(ids?: unknown): void {
    const keys = Array.isArray(ids)
      ? ids.map((lsid) => (isDoc(lsid) && lsid.id instanceof Binary ? lsid.id.toString('hex') : ''))
      : this.#sessions.keys();
    for (const key of keys) this.#forget(this.#sessions.get(key));
  }

  /** Forgets sessions nobody has used for the timeout. */
  expire(now: number): void {
    for (const session of this.#sessions.values()) {
      if (now - session.usedAt > sessionTimeoutMinutes * 60_000) this.#forget(session);
    }
  }

  #forget(session: Session | undefined): void {
    if (!session) return;
    this.#abort(session);
    this.#sessions.delete(session.id);
    if (session.number < 0) return;
    const restore = () => this.#sessions.set(session.id, session);
    this.#engine.journal.record({ save: (file) => file.deleteSession(session.id), undo: restore });
  }
}

function newSession(id: string): Session {
  return {
    id,
    usedAt: Date.now(),
    number: -1,
    transaction: null,
    committed: false,
    reply: null,
    running: null,
  };
}

/** A command's `txnNumber`, if it has one. */
export function transactionNumber(command: Doc): number | null {
  return command.txnNumber === undefined ? null : toNumber(command.txnNumber);
}
