import { z } from 'zod';
import { AccountId, Instant, OperationId, ServerId } from './fields.ts';
import { event } from './message.ts';
import { OperationStatus, OperationType, ServerStatus } from './server-status.ts';

/** What made a server change its state. `id`: the actor, message or operation it was. */
export const Cause = z.object({
  kind: z.enum(['actor', 'observation', 'deadline', 'system']),
  id: z.string().nullable(),
  /** One line for people: `paused by usr_…`, `agent reported ready`. */
  text: z.string(),
});
export type Cause = z.output<typeof Cause>;

/**
 * One transition of a server, with all that listeners need to know about it. `sequence` is gapless per server and
 * starts at 1, `at` never goes back; listeners go by the sequence, not by arrival.
 */
export const ServerTransition = z.object({
  serverId: ServerId,
  accountId: AccountId,
  sequence: z.number().int().positive(),
  at: Instant,
  from: ServerStatus.nullable(),
  to: ServerStatus,
  reason: z.string().nullable(),
  cause: Cause,
  name: z.string(),
  hostname: z.string(),
  product: z.string(),
  version: z.string(),
  size: z.string(),
  region: z.string(),
  zone: z.string().nullable(),
  diskGib: z.number().int(),
  instanceId: z.string().nullable(),
  ip: z.string().nullable(),
  /** Whether compute is billed from here on: a column of the lifecycle table. */
  computeBilled: z.boolean(),
  /** Whether the disk is billed from here on: from the first `running` until it is deleted. */
  diskBilled: z.boolean(),
  /**
   * GiB of backups that are billed from here on, in whatever state it is, also after it is terminated; absent: none. No release says it yet:
   * billing reads it before provisioning makes backups.
   */
  backupGib: z.number().int().nonnegative().optional(),
  operation: z.object({ id: OperationId, type: OperationType, status: OperationStatus }).nullable(),
});
export type ServerTransition = z.output<typeof ServerTransition>;

/** A server entered this state: one per transition, in its transaction, numbered per server without gaps. */
const entered = (status: ServerStatus) =>
  event(`berth.server.${status.replaceAll('_', '-')}.v1`, ServerTransition);

export const ServerRequested = entered('requested');
export const ServerProvisioning = entered('provisioning');
export const ServerWaitingForCapacity = entered('waiting_for_capacity');
export const ServerConfiguring = entered('configuring');
export const ServerRunning = entered('running');
export const ServerPausing = entered('pausing');
export const ServerPaused = entered('paused');
export const ServerResuming = entered('resuming');
export const ServerUpdating = entered('updating');
export const ServerRestoring = entered('restoring');
export const ServerUnavailable = entered('unavailable');
export const ServerTerminating = entered('terminating');
export const ServerTerminated = entered('terminated');
export const ServerFailed = entered('failed');

/** The event that says a server entered a state. */
export const SERVER_EVENTS: Readonly<Record<ServerStatus, typeof ServerRunning>> = {
  requested: ServerRequested,
  provisioning: ServerProvisioning,
  waiting_for_capacity: ServerWaitingForCapacity,
  configuring: ServerConfiguring,
  running: ServerRunning,
  pausing: ServerPausing,
  paused: ServerPaused,
  resuming: ServerResuming,
  updating: ServerUpdating,
  restoring: ServerRestoring,
  unavailable: ServerUnavailable,
  terminating: ServerTerminating,
  terminated: ServerTerminated,
  failed: ServerFailed,
};
