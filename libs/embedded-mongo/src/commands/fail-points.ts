import { setTimeout as delay } from 'node:timers/promises';
import { MongoError, TRANSIENT } from '../errors.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, isDoc } from '../values/document.ts';

/** Codes drivers retry writes on (https://github.com/mongodb/specifications, retryable writes, server error codes). */
const retryableCodes = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

interface FailPoint {
  skip: number;
  times: number;
  data: Doc;
}

/** The server's `failCommand` fail point: makes named commands fail, stall or cut the connection. For tests only. */
export class FailPoints {
  #active: FailPoint | null = null;

  /** Runs a command with whatever fault is set for it. */
  async around(command: Doc, run: () => Promise<Doc>): Promise<Doc | null> {
    const name = Object.keys(command)[0] ?? '';
    if (name === 'configureFailPoint') return this.#configure(command);
    const fault = this.#take(name);
    if (!fault) return run();
    if (fault.blockConnection) await delay(toNumber(fault.blockTimeMS ?? 0));
    if (fault.closeConnection) return null;
    if (fault.errorCode !== undefined) return failure(toNumber(fault.errorCode), command, fault);
    const reply = await run();
    if (!isDoc(fault.writeConcernError)) return reply;
    const labels =
      fault.errorLabels ??
      fault.writeConcernError.errorLabels ??
      labelsFor(toNumber(fault.writeConcernError.code), command);
    return {
      ...reply,
      writeConcernError: fault.writeConcernError,
      ...(labels ? { errorLabels: labels } : {}),
    };
  }

  #configure({ configureFailPoint, mode, data }: Doc): Doc {
    if (configureFailPoint !== 'failCommand') {
      return new MongoError(
        'CommandNotSupported',
        `fail point ${String(configureFailPoint)} is not supported`,
      ).reply();
    }
    const { skip = 0, times = Infinity } = isDoc(mode) ? mode : {};
    const fault = isDoc(data) ? data : {};
    this.#active = mode === 'off' ? null : { skip: toNumber(skip), times: toNumber(times), data: fault };
    return { ok: 1 };
  }

  #take(name: string): Doc | null {
    const active = this.#active;
    const names = active?.data.failCommands;
    if (!active || !Array.isArray(names) || !names.includes(name)) return null;
    if (active.skip > 0) {
      active.skip--;
      return null;
    }
    return active.times-- > 0 ? active.data : null;
  }
}

function failure(code: number, command: Doc, fault: Doc): Doc {
  const labels = fault.errorLabels ?? labelsFor(code, command);
  const errmsg = fault.errmsg ?? "Failing command via 'failCommand' failpoint";
  return { ok: 0, errmsg, code, codeName: 'FailPoint', ...(labels ? { errorLabels: labels } : {}) };
}

function labelsFor(code: number, command: Doc): string[] | undefined {
  const ends = 'commitTransaction' in command || 'abortTransaction' in command;
  if (command.autocommit === false && !ends)
    return retryableCodes.has(code) || code === 112 ? [TRANSIENT] : undefined;
  return command.txnNumber !== undefined && retryableCodes.has(code) ? ['RetryableWriteError'] : undefined;
}
