import type { ModelDefinition } from '@nestjs/mongoose';
import type { AgentPhase, Failure, HealthCheck, InstanceState, ServerStatus } from '@berth/contracts';
import { aggregateFields, type Aggregate, type Cause } from '@berth/lifecycle';
import { documentSchema, idOf } from '@berth/mongo';
import { Schema } from 'mongoose';
import type { OperationDocument } from '../operations/operation.model.ts';

/** The states a server can be in; `updating` and `restoring` come with the operations that need them. */
export type LiveStatus = Exclude<ServerStatus, 'updating' | 'restoring'>;

/** What the customer, or whoever acts for them, wants. */
export interface Wish {
  power: 'running' | 'paused' | 'terminated';
  cause: Cause;
  /** Shown as the server's reason when it is paused by it; absent: the status says all. */
  reason?: 'budget';
}

/** The RunInstances request, kept as a whole: it is repeated verbatim until EC2 has answered it. */
export interface LaunchRequest {
  clientToken: string;
  /** The request as JSON, sealed: its user data holds the agent's secret. */
  sealedRequest: string;
  zone: string;
  /** Zones to try when this one has no capacity. */
  zonesLeft: string[];
  /** It may have been sent, and the answer is not known. */
  unresolved: boolean;
  /** It has stood in line since it was made, so it certainly was not sent; absent where that is not known. */
  neverSent?: boolean;
  /** Since when it was last refused although it had been sent before without an answer: see `settled-refusal.ts`. */
  refusedSince?: Date | null;
  acceptedAt: Date | null;
}

/** The instance as state-tracking last observed it; `revision` 0: only EC2's acceptance is known. */
export interface ObservedInstance {
  id: string;
  state: InstanceState;
  ip: string | null;
  launchedAt: Date | null;
  reasonCode: string | null;
  revision: number;
}

/** The current start: what was known of the agent before it, so that an earlier boot's report does not count. */
export interface Start {
  kind: 'launch' | 'resume' | 'restart';
  at: Date;
  bootIdBefore: string | null;
  counterBefore: number;
  /** Whether the health check failed since; after a reboot an answer counts only then. */
  sawUnhealthy: boolean;
}

export interface ReportedAgent {
  instanceId: string;
  bootId: string;
  counter: number;
  phase: AgentPhase;
  detail: string | null;
}

export interface ObservedHealth {
  instanceId: string;
  ip: string;
  launchedAt: Date | null;
  healthy: boolean;
  since: Date;
  revision: number;
}

/** What was last ordered from dns, and what it answered. */
export interface WantedRecord {
  ip: string | null;
  /** Of the order: grows with each order for the host name, see hostnames. */
  sequence: number;
  inSync: boolean;
  /** Route 53's error code when it refused. */
  refused: string | null;
}

export interface ServerDocument extends Aggregate<LiveStatus> {
  accountId: string;
  name: string;
  /** The first label, and the whole name. */
  hostname: string;
  host: string;
  /** Lower-cased name and host name, for the search. */
  searchText: string;
  /** What was ordered; `zone` null: Berth chooses. */
  configuration: {
    product: string;
    version: string;
    size: string;
    region: string;
    zone: string | null;
    diskGib: number;
  };
  vcpu: number;
  /** Where the instance and its disk are. */
  zone: string | null;
  tags: { key: string; value: string }[];
  protected: boolean;
  wish: Wish;
  /** Latest operation; in progress while `endedAt` is null. */
  operation: OperationDocument | null;
  /** Has been `running` once: from then on nothing but terminate destroys anything. */
  everRan: boolean;
  failure: Failure | null;
  agentKey: { keyId: string; sealedSecret: string };
  /** From the product, as it was at launch. */
  boot: { timeoutSeconds: number; health: HealthCheck };
  launch: LaunchRequest | null;
  /** EC2 has no capacity: since when, and of what. */
  capacity: { refusedAt: Date; waitingFor: string } | null;
  /** Instances of earlier launches, all taken down: what is still heard of them is not news of this server. */
  formerInstanceIds?: string[];
  /** EC2 refuses the launch for good. */
  refusal: { code: string; detail: string } | null;
  instance: ObservedInstance | null;
  start: Start;
  /** The operation whose reboot was sent: each sends one at most. */
  rebootedFor: string | null;
  agent: ReportedAgent | null;
  health: ObservedHealth | null;
  record: WantedRecord | null;
  /** Its volumes: whether they have been looked for to delete them, and since when EC2 shows none any more. */
  disks: { looked: boolean; goneAt: Date | null };
  /** The last change that was told to the account; absent from what was stored before changes were told. */
  told?: { revision: number; digest: string } | null;
  /** When quota and host name were given back. */
  releasedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A part with a type of its own above; only this service writes it. */
const part = { type: Schema.Types.Mixed, default: null };
const text = { type: String, required: true } as const;

const schema = documentSchema<ServerDocument>(
  {
    _id: idOf('srv'),
    ...aggregateFields,
    accountId: text,
    name: text,
    hostname: text,
    host: text,
    searchText: text,
    configuration: { ...part, required: true },
    vcpu: { type: Number, required: true },
    zone: { type: String, default: null },
    tags: { type: [{ _id: false, key: text, value: String }], default: [] },
    protected: { type: Boolean, default: false },
    wish: { ...part, required: true },
    operation: part,
    everRan: { type: Boolean, default: false },
    failure: part,
    agentKey: { ...part, required: true },
    boot: { ...part, required: true },
    launch: part,
    capacity: part,
    refusal: part,
    formerInstanceIds: { type: [String], default: [] },
    instance: part,
    start: part,
    rebootedFor: { type: String, default: null },
    agent: part,
    health: part,
    record: part,
    disks: part,
    told: part,
    releasedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  } as never,
  { collection: 'servers', tenantScoped: true },
)
  // What is due, and who waits in line for EC2: accounts take turns.
  .index({ nextLookAt: 1, accountId: 1, _id: 1 })
  .index({ 'progress.waitsIn': 1, accountId: 1, _id: 1 })
  // What is stuck, longest first.
  .index({ 'progress.alarmSince': 1, _id: 1 })
  // How many there are in each, where, and since when: all that is counted stands in it.
  .index({ status: 1, 'configuration.region': 1, enteredAt: 1 })
  .index({ accountId: 1, _id: -1 })
  .index({ accountId: 1, status: 1, _id: -1 })
  .index({ accountId: 1, 'tags.key': 1, _id: -1 });

export const ServerModel = { name: 'Server', schema } satisfies ModelDefinition;

/** What a launch starts with, the first and a retry: nothing made, nothing observed. */
export const nothingYet = (now: Date) => ({
  everRan: false,
  failure: null,
  launch: null,
  capacity: null,
  refusal: null,
  instance: null,
  start: {
    kind: 'launch',
    at: now,
    bootIdBefore: null,
    counterBefore: 0,
    sawUnhealthy: false,
  } satisfies Start,
  rebootedFor: null,
  agent: null,
  health: null,
  record: null,
  disks: { looked: false, goneAt: null },
  releasedAt: null,
  updatedAt: now,
});

/** The operation in progress, if any. */
export const operationInProgress = (server: Readonly<ServerDocument>): OperationDocument | null =>
  server.operation && !server.operation.endedAt ? server.operation : null;
