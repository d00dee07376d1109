import { setTimeout as delay } from 'node:timers/promises';
import { EJSON } from 'bson';
import { TRANSIENT, unsupported } from '../errors.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, isDoc } from '../values/document.ts';

/** Codes drivers retry writes on (https://github.com/mongodb/specifications, retryable writes, server error codes). */
const retryableCodes = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Codes after which the driver may run the whole transaction again. */
const transientCodes = new Set([...retryableCodes, 24, 112, 246, 251, 267]);

const codeNames: Readonly<Record<number, string>> = {
  50: 'MaxTimeMSExpired',
  91: 'ShutdownInProgress',
  11601: 'Interrupted',
};

interface FailPoint {
  skip: number;
  times: number;
  data: Doc;
}

/**
 * The server's fail points `failCommand` (named commands fail, stall or cut the connection) and
 * `onPrimaryTransactionalWrite` (the connection breaks before or after a retryable write is done). For tests only.
 */
export class FailPoints {
  readonly #active = new Map<string, FailPoint>();
  /** The retryable write that was done although its connection broke. */
  #done = '';

  /** Runs a command with whatever fault is set for it; null cuts the connection. */
  async around(command: Doc, run: () => Promise<Doc>): Promise<Doc | null> {
    const name = Object.keys(command)[0] ?? '';
    if (name === 'configureFailPoint') return this.#configure(command);
    if (command.txnNumber !== undefined && command.autocommit === undefined && !this.#isRepeated(command)) {
      const broken = this.#take('onPrimaryTransactionalWrite');
      if (broken && broken.failBeforeCommitExceptionCode === undefined) {
        await run();
        this.#done = identity(command);
      }
      if (broken) return null;
    }
    const fault = this.#take('failCommand', name);
    return fault ? failing(fault, command, run) : run();
  }

  /** A repeated write is answered from memory: it writes nothing that could fail. */
  #isRepeated(command: Doc): boolean {
    return this.#done === identity(command);
  }

  #configure({ configureFailPoint: name, mode, data }: Doc): Doc {
    if (name !== 'failCommand' && name !== 'onPrimaryTransactionalWrite') {
      return unsupported(`fail point ${String(name)}`).reply();
    }
    this.#active.delete(name);
    if (mode === 'off') return {};
    const { skip = 0, times = Infinity } = isDoc(mode) ? mode : {};
    this.#active.set(name, { skip: toNumber(skip), times: toNumber(times), data: isDoc(data) ? data : {} });
    return {};
  }

  #take(name: string, command?: string): Doc | null {
    const active = this.#active.get(name);
    if (!active) return null;
    const { failCommands } = active.data;
    if (command !== undefined && !(Array.isArray(failCommands) && failCommands.includes(command)))
      return null;
    if (active.skip > 0) {
      active.skip--;
      return null;
    }
    return active.times-- > 0 ? active.data : null;
  }
}

function identity({ lsid, txnNumber }: Doc): string {
  return EJSON.stringify({ lsid, txnNumber });
}

async function failing(fault: Doc, command: Doc, run: () => Promise<Doc>): Promise<Doc | null> {
  if (fault.blockConnection) await delay(toNumber(fault.blockTimeMS ?? 0));
  if (fault.closeConnection) return null;
  if (fault.errorCode !== undefined) {
    const code = toNumber(fault.errorCode);
    const errmsg = fault.errmsg ?? "Failing command via 'failCommand' failpoint";
    return {
      ok: 0,
      errmsg,
      code,
      codeName: codeNames[code] ?? 'FailPoint',
      ...labelled(fault, labelsOf(code, command)),
    };
  }
  const reply = await run();
  if (!isDoc(fault.writeConcernError)) return reply;
  const code = toNumber(fault.writeConcernError.code);
  // What was done can't be transient.
  const usual = labelsOf(code, command).filter((label) => label !== TRANSIENT);
  return { ...reply, writeConcernError: fault.writeConcernError, ...labelled(fault, usual) };
}

function labelled(fault: Doc, usual: string[]): Doc {
  const labels = fault.errorLabels ?? usual;
  return Array.isArray(labels) && labels.length > 0 ? { errorLabels: labels } : {};
}

/** The labels the server itself would give to an error code. */
function labelsOf(code: number, command: Doc): string[] {
  if (command.autocommit !== false)
    return command.txnNumber !== undefined && retryableCodes.has(code) ? ['RetryableWriteError'] : [];
  const isEnd = 'commitTransaction' in command || 'abortTransaction' in command;
  if (!isEnd) return transientCodes.has(code) ? [TRANSIENT] : [];
  if (retryableCodes.has(code)) return ['RetryableWriteError'];
  return 'commitTransaction' in command && transientCodes.has(code) ? [TRANSIENT] : [];
}
