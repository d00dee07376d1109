import { z } from 'zod';

/** What a customer sees of a server; docs/generated/server-lifecycle.md says what each means. */
export const ServerStatus = z.enum([
  'requested',
  'provisioning',
  'waiting_for_capacity',
  'configuring',
  'running',
  'pausing',
  'paused',
  'resuming',
  'updating',
  'restoring',
  'unavailable',
  'terminating',
  'terminated',
  'failed',
]);
export type ServerStatus = z.output<typeof ServerStatus>;

/** Why a server is `unavailable`. */
export const UnavailableReason = z.enum(['app_silent', 'host_failed', 'interrupted']);
export type UnavailableReason = z.output<typeof UnavailableReason>;

export const OperationType = z.enum([
  'launch',
  'pause',
  'resume',
  'restart',
  'resize',
  'grow_disk',
  'upgrade',
  'backup',
  'restore',
  'terminate',
]);
export type OperationType = z.output<typeof OperationType>;

export const OperationStatus = z.enum(['pending', 'running', 'succeeded', 'failed', 'canceled']);
export type OperationStatus = z.output<typeof OperationStatus>;
