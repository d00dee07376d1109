import { Injectable, Optional } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Options } from 'amqplib';
import { Schema, type Connection, type Model } from 'mongoose';

/** A message that waits to be handed to the broker. */
export interface OutboxRow {
  /** The message's id. */
  _id: string;
  exchange: string;
  routingKey: string;
  mandatory: boolean;
  properties: Options.Publish;
  body: string;
  /** When the sweeper takes it up, unless it is gone by then. */
  dueAt: Date;
  attempts: number;
  /** The sweep that has it in hand. */
  claim?: string;
  /** Why the last attempt failed. */
  error?: string;
}

/** A message that was handled, `<queue>/<message id>`, or a suspect that is being handled, `begun <queue>/<message id>`. */
export interface InboxRow {
  _id: string;
  handledAt: Date;
}

/** That a queue is bound to a type. */
export interface BindingRow {
  /** `<queue> <exchange> <type>` */
  _id: string;
  queue: string;
  exchange: string;
  type: string;
  /** When a replica last said that it handles it. */
  confirmedAt: Date;
}

/** What a request with an idempotency key was answered. */
export interface IdempotencyRow {
  /** SHA-256 of `<account or actor>/<key>`. */
  _id: string;
  /** HMAC-SHA-256 of request type and body, under the key. */
  bodyHash: string;
  /** JSON. */
  answer?: string;
  /** JSON of a `ProblemBody`. */
  problem?: string;
  /** Of what was made, when the answer itself is not stored because it holds a secret. */
  secretId?: string;
  expiresAt: Date;
}

/** Later duplicates than this are handled again: longer than any message stays in a queue or a broker backup. */
const INBOX_DAYS = 14;

const outboxSchema = documentSchema<OutboxRow>(
  {
    _id: String,
    exchange: String,
    routingKey: { type: String, required: true },
    mandatory: { type: Boolean, required: true },
    properties: { type: Schema.Types.Mixed, required: true },
    body: { type: String, required: true },
    dueAt: { type: Date, required: true },
    attempts: { type: Number, default: 0 },
    claim: String,
    error: String,
  },
  { collection: 'outbox' },
).index({ dueAt: 1 });

const inboxSchema = documentSchema<InboxRow>(
  { _id: String, handledAt: { type: Date, required: true } },
  { collection: 'inbox' },
).index({ handledAt: 1 }, { expireAfterSeconds: INBOX_DAYS * 86_400 });

const idempotencySchema = documentSchema<IdempotencyRow>(
  {
    _id: String,
    bodyHash: { type: String, required: true },
    answer: String,
    problem: String,
    secretId: String,
    expiresAt: { type: Date, required: true },
  },
  { collection: 'idempotency' },
).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const bindingSchema = documentSchema<BindingRow>(
  {
    _id: String,
    queue: { type: String, required: true },
    exchange: { type: String, required: true },
    type: { type: String, required: true },
    confirmedAt: { type: Date, required: true },
  },
  { collection: 'bus_bindings' },
);

/** The bus's own collections in the service's database. A service without one can ask and answer, nothing more. */
@Injectable()
export class BusCollections {
  private readonly models?: {
    outbox: Model<OutboxRow>;
    inbox: Model<InboxRow>;
    idempotency: Model<IdempotencyRow>;
    bindings: Model<BindingRow>;
  };

  constructor(@Optional() @InjectConnection() connection?: Connection) {
    if (!connection) return;
    this.models = {
      outbox: connection.model<OutboxRow>('OutboxMessage', outboxSchema),
      inbox: connection.model<InboxRow>('InboxMessage', inboxSchema),
      idempotency: connection.model<IdempotencyRow>('IdempotencyRecord', idempotencySchema),
      bindings: connection.model<BindingRow>('BusBinding', bindingSchema),
    };
  }

  get exist(): boolean {
    return this.models !== undefined;
  }
  get outbox(): Model<OutboxRow> {
    return this.all.outbox;
  }
  get inbox(): Model<InboxRow> {
    return this.all.inbox;
  }
  get idempotency(): Model<IdempotencyRow> {
    return this.all.idempotency;
  }

  get bindings(): Model<BindingRow> {
    return this.all.bindings;
  }

  private get all() {
    if (!this.models) throw new Error('The outbox and message handlers need a database: import MongoModule');
    return this.models;
  }
}
