import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../home.ts';

/** What one demo run said on the bus: the neighbours of a service that runs alone say it again. */
export const RECORDING = join(ROOT, 'deploy/local/recordings/demo.jsonl');

/** The key of the recording system, so that what it sealed can be opened again. It seals nothing else. */
export const RECORDING_KEY = Buffer.alloc(32, 'recording').toString('base64');

/** The first line of a recording. */
export interface Span {
  /** The time by the services' clock when it began and ended, RFC 3339. */
  from: string;
  to: string;
}

/** A message as it went over the bus. */
export interface Said {
  /** Seconds since the recording began. */
  at: number;
  /** The service that said it. */
  from: string;
  /** An exchange, or the service whose request it is. */
  to: string;
  type: string;
  /** `msg_…` */
  id: string;
  /** The message that was being handled. */
  cause?: string;
  correlation: string;
  accountId?: string;
  actor?: { kind: string; id: string };
  idempotencyKey?: string;
  body: unknown;
  /** Of a request; `at` in seconds since the recording began. */
  answer?: { at: number; outcome: 'answer' | 'problem'; body: unknown };
}

export interface Recording {
  span: Span;
  said: readonly Said[];
}

export function readRecording(file = RECORDING): Recording {
  const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return { span: JSON.parse(first) as Span, said: lines.map((line) => JSON.parse(line) as Said) };
}

export const writeRecording = ({ span, said }: Recording): string =>
  [span, ...said].map((line) => `${JSON.stringify(line)}\n`).join('');
