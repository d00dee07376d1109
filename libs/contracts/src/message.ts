import type { z } from 'zod';
import type { Permission } from './http/route.ts';

/** The services that own a queue for commands and requests. */
export const SERVICE_NAMES = [
  'accounts',
  'catalog',
  'provisioning',
  'dns',
  'state-tracking',
  'billing',
  'gateway',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** A past fact. Anyone may listen; nobody has to. */
export interface EventContract<Schema extends z.ZodType = z.ZodType> {
  kind: 'event';
  /** CloudEvents type with the schema version last, `berth.server.running.v1`; also the routing key. */
  type: string;
  exchange: 'berth.events' | 'berth.usage';
  schema: Schema;
}

/** An order to the one service that owns it; it must arrive. */
export interface CommandContract<Schema extends z.ZodType = z.ZodType> {
  kind: 'command';
  type: string;
  service: ServiceName;
  schema: Schema;
}

/** A question or order whose answer the gateway waits for; it may be lost, and the asker is told so. */
export interface RequestContract<Schema extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  kind: 'request';
  type: string;
  service: ServiceName;
  schema: Schema;
  reply: Reply;
  /** Who may ask: who has any of these. With `public` among them, whoever. */
  permissions: readonly Permission[];
  /** Of the fields that elsewhere name who asks (`accountId`, `userId`, `sessionId`, `actor`), those that name another here. */
  namesOthers: readonly string[];
}

export type MessageContract = EventContract | CommandContract | RequestContract;

/** What a handler receives: the parsed body. */
export type DataOf<Contract extends MessageContract> = z.output<Contract['schema']>;
/** What a sender passes: the body before defaults are filled in. */
export type InputOf<Contract extends MessageContract> = z.input<Contract['schema']>;
/** What a request is answered with. */
export type ReplyOf<Contract extends RequestContract> = z.output<Contract['reply']>;

export function event<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  exchange: EventContract['exchange'] = 'berth.events',
): EventContract<Schema> {
  return { kind: 'event', type, exchange, schema };
}

export function command<Schema extends z.ZodType>(
  service: ServiceName,
  type: string,
  schema: Schema,
): CommandContract<Schema> {
  return { kind: 'command', type, service, schema };
}

/**
 * A request that takes a caller with this permission, or any of these. Of a caller without a `staff:…` permission that counts here,
 * `accountId` has to be the account; `userId`, `sessionId` and `actor` have to be the caller's, whoever it is, but for what `namesOthers` lists.
 */
export function request<Schema extends z.ZodType, Reply extends z.ZodType>(
  service: ServiceName,
  type: string,
  schema: Schema,
  reply: Reply,
  permission: Permission | readonly Permission[],
  namesOthers: readonly string[] = [],
): RequestContract<Schema, Reply> {
  const permissions = typeof permission === 'string' ? [permission] : permission;
  return { kind: 'request', type, service, schema, reply, permissions, namesOthers };
}
