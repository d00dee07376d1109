import { MongoError } from '../errors.ts';
import type { CommandContext, CommandTable } from './command.ts';

/** Ending transactions and sessions. Beginning one is part of its first statement. */
export const sessionCommands: CommandTable = {
  commitTransaction: { fields: ['recoveryToken'], inTransaction: true, run: commit },
  abortTransaction: {
    fields: ['recoveryToken'],
    inTransaction: true,
    run(context) {
      context.engine.abort(transactionOf(context));
      return {};
    },
  },
  endSessions: { fields: [], run: ({ command, sessions }) => (sessions.end(command.endSessions), {}) },
  killSessions: { fields: [], run: ({ command, sessions }) => (sessions.end(command.killSessions), {}) },
  killAllSessions: { fields: [], run: ({ sessions }) => (sessions.end(), {}) },
};

function commit(context: CommandContext) {
  const { engine, sessions, session } = context;
  engine.commit(transactionOf(context));
  if (session) sessions.committed(session);
  return {};
}

function transactionOf({ transaction, command }: CommandContext) {
  if (transaction) return transaction;
  throw new MongoError('IllegalOperation', `${Object.keys(command)[0]} must be run within a transaction`);
}
