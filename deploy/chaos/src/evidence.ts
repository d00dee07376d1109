import type { WorkloadRecord } from './customers/record.ts';
import { costsOf, serversOf, type CostEvidence, type ServerEvidence } from './evidence/api.ts';
import { readDatabases, type DatabaseEvidence } from './evidence/databases.ts';
import { deadLetters, replayDeadLetters, type Letter } from './evidence/dead-letters.ts';
import { complaintsIn, type Complaint } from './evidence/logs.ts';
import { untilSettled } from './evidence/settled.ts';
import { Truth } from './evidence/truth.ts';
import type { OutsideMessage } from './stage/outside.ts';
import type { Stage } from './stage/stage.ts';

/** A fault as it struck; Unix milliseconds of the machine's clock. */
export interface FaultRecord {
  name: string;
  struckAt: number;
  healedAt: number;
}

/** All that the invariants look at. Plain data, so that it can be kept and looked at again. */
export interface Evidence {
  /** When it was gathered; Unix milliseconds of the machine's clock. */
  gatheredAt: number;
  record: WorkloadRecord;
  faults: readonly FaultRecord[];
  /** How far the simulated world was ahead of the machine's clock, and since when. */
  clock: readonly { since: number; offsetMilliseconds: number }[];
  servers: ServerEvidence[];
  costs: CostEvidence[];
  truth: Truth;
  databases: DatabaseEvidence;
  /** Messages left in the queues of services: name of the queue and how many. */
  queues: { name: string; messages: number }[];
  deadLetters: { found: Letter[]; unresolved: Letter[] };
  /** What somebody outside was told: all events, and usage. */
  told: readonly OutsideMessage[];
  complaints: Complaint[];
}

const REPLAY_SECONDS = 60;

/** Looks at everything, after the faults are over and the system has come to rest. */
export async function gather(
  stage: Stage,
  record: WorkloadRecord,
  faults: readonly FaultRecord[] = [],
): Promise<Evidence> {
  const found = await deadLetters(stage.amqpUrl);
  if (found.length > 0) {
    await replayDeadLetters(stage.amqpUrl);
    await untilSettled(stage, REPLAY_SECONDS);
  }
  const unresolved = await deadLetters(stage.amqpUrl);
  const month = new Date(Date.now() + (stage.clock.history[0]?.offsetMilliseconds ?? 0))
    .toISOString()
    .slice(0, 7);
  const accounts = record.accounts.map(({ id, token }) => ({ id, api: stage.api(token) }));
  const servers: ServerEvidence[] = [];
  const costs: CostEvidence[] = [];
  for (const { id, api } of accounts) {
    servers.push(...(await serversOf(api, id)));
    costs.push(await costsOf(api, id, month));
  }
  return {
    gatheredAt: Date.now(),
    record,
    faults,
    clock: stage.clock.history,
    servers,
    costs,
    truth: Truth.parse(await stage.aws.get('state')),
    databases: await readDatabases(stage.mongoUri),
    queues: (await stage.broker.queues()).filter(({ messages }) => messages > 0),
    deadLetters: { found, unresolved },
    told: await stage.told(),
    complaints: complaintsIn(stage.home),
  };
}
