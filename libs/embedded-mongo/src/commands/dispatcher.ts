import { Timestamp, Binary } from 'bson';
import type { Gate } from '../access/gate.ts';
import { Deadline } from '../deadline.ts';
import { asMongoError, MongoError, unsupported, writeConflict } from '../errors.ts';
import { type Session, transactionNumber } from '../sessions.ts';
import type { Transaction } from '../store/transaction.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { toNumber } from '../values/compare.ts';
import { catalogCommands } from './catalog.ts';
import type { CommandContext, CommandDefinition, CommandTable, ServerState } from './command.ts';
import type { FailPoints } from './fail-points.ts';
import { handshakeCommands } from './handshake.ts';
import { indexCommands } from './indexes.ts';
import { readCommands } from './read.ts';
import { sessionCommands } from './sessions.ts';
import { refuseCollation, writeCommands } from './write.ts';

const commands: CommandTable = {
  ...handshakeCommands,
  ...sessionCommands,
  ...catalogCommands,
  ...indexCommands,
  ...readCommands,
  ...writeCommands,
};

/** What any command may carry. One node is always primary and has everything: concerns and preferences are met. */
const genericFields = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'autocommit',
  'collation',
  'comment',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'startTransaction',
  'txnNumber',
  'writeConcern',
]);

/** Carries out commands: finds session and transaction, runs, waits until what happened is on disk, answers. */
export class Dispatcher {
  readonly #state: ServerState;
  readonly #failPoints: FailPoints | null;

  /** Without fail points `configureFailPoint` does not exist. */
  constructor(state: ServerState, failPoints: FailPoints | null) {
    this.#state = state;
    this.#failPoints = failPoints;
  }

  /** The reply to a command that comes through this gate, errors included; null to cut the connection. */
  async handle(command: Doc, gate: Gate): Promise<Doc | null> {
    const reply = this.#failPoints
      ? await this.#failPoints.around(command, () => this.#reply(command, gate))
      : await this.#reply(command, gate);
    return reply && { ok: 1, ...reply, ...clusterTime() };
  }

  async #reply(command: Doc, gate: Gate): Promise<Doc> {
    try {
      const reply = gate.pass(Object.keys(command)[0] ?? '', command);
      if (reply) return reply;
      return {
        ...(await this.#run(command)),
        ...gate.greeting(command),
        ...writeConcernError(command.writeConcern),
      };
    } catch (error) {
      return asMongoError(error).reply();
    }
  }

  #run(command: Doc): Promise<Doc> {
    const name = Object.keys(command)[0] ?? '';
    const definition = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!definition) throw new MongoError('CommandNotFound', `no such command: '${name}'`);
    refuseUnknownFields(name, definition, command);
    const session = this.#state.sessions.of(command);
    const number = transactionNumber(command);
    if (session && number !== null) {
      if (command.autocommit === false)
        return this.#inTransaction(name, definition, command, session, number);
      if (definition.retryable) return this.#retryable(definition, command, session, number);
    }
    return this.#execute(definition, command, session, null);
  }

  async #inTransaction(
    name: string,
    definition: CommandDefinition,
    command: Doc,
    session: Session,
    number: number,
  ): Promise<Doc> {
    const { engine, sessions } = this.#state;
    if (name === 'commitTransaction' && session.number === number && session.committed) {
      await engine.journal.settled();
      return {};
    }
    const transaction = command.startTransaction
      ? sessions.begin(session, number)
      : sessions.current(session, number, name !== 'abortTransaction');
    try {
      if (!definition.inTransaction) {
        throw new MongoError(
          'OperationNotSupportedInTransaction',
          `Cannot run '${name}' in a multi-document transaction.`,
        );
      }
      return await this.#execute(definition, command, session, transaction);
    } catch (error) {
      engine.abort(transaction);
      throw error;
    }
  }

  /** The driver repeats a write whose answer it did not get: it is done once and answered as often as asked. */
  async #retryable(
    definition: CommandDefinition,
    command: Doc,
    session: Session,
    number: number,
  ): Promise<Doc> {
    const { sessions, engine } = this.#state;
    sessions.advance(session, number);
    await session.running;
    if (session.number === number && session.reply) {
      await engine.journal.settled();
      if (session.reply) return session.reply;
    }
    const running = this.#execute(definition, command, session, null, (reply) =>
      sessions.answered(session, reply),
    );
    session.running = running.catch(() => {});
    return running;
  }

  /** Runs and waits for the disk. Reads that saw what could not be saved are done again. */
  async #execute(
    definition: CommandDefinition,
    command: Doc,
    session: Session | null,
    transaction: Transaction | null,
    answered?: (reply: Doc) => void,
  ): Promise<Doc> {
    const deadline = new Deadline(command.maxTimeMS === undefined ? 0 : toNumber(command.maxTimeMS));
    const context: CommandContext = {
      ...this.#state,
      command,
      database: String(command.$db),
      session,
      transaction,
      deadline,
    };
    const { journal } = this.#state.engine;
    for (;;) {
      let outcome: { reply: Doc } | { error: unknown };
      try {
        const reply = await definition.run(context);
        answered?.(reply);
        outcome = { reply };
      } catch (error) {
        outcome = { error };
      }
      try {
        const settled = journal.settled();
        if (settled) await settled;
      } catch (error) {
        if (transaction?.state === 'aborted' && !session?.committed) throw writeConflict();
        if (definition.reads) continue;
        throw error;
      }
      if ('error' in outcome) throw outcome.error;
      return outcome.reply;
    }
  }
}

function refuseUnknownFields(name: string, { fields }: CommandDefinition, command: Doc): void {
  if (fields === 'any') return;
  for (const field of Object.keys(command)) {
    if (field === name || genericFields.has(field) || fields.includes(field)) continue;
    if (command[field] === undefined || command[field] === null || command[field] === false) continue;
    throw unsupported(`${name}.${field}`);
  }
  refuseCollation(command.collation);
}

/** The write is done all the same, but one node can't acknowledge for more, and the client must hear it. */
function writeConcernError(writeConcern: unknown): Doc {
  const w = isDoc(writeConcern) ? writeConcern.w : undefined;
  if (w === undefined || w === 'majority' || w === 0 || w === 1) return {};
  const errmsg = 'Not enough data-bearing nodes';
  return { writeConcernError: { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg } };
}

const noSignature = { hash: new Binary(Buffer.alloc(20)), keyId: 0 };

/** Time for causal consistency; with one node that answers in order any increasing value will do. */
function clusterTime(): Doc {
  const operationTime = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
  return { operationTime, $clusterTime: { clusterTime: operationTime, signature: noSignature } };
}
