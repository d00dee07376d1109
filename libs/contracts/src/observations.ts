import { z } from 'zod';
import { Instant, ServerId } from './fields.ts';
import { command, event } from './message.ts';

/** EC2's instance states, and `absent`: gone from EC2's answers altogether. */
export const InstanceState = z.enum([
  'pending',
  'running',
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
  'absent',
]);
export type InstanceState = z.output<typeof InstanceState>;

/** An instance as EC2 shows it; published when anything in it changed, or it is `absent`. */
export const InstanceObserved = event(
  'berth.instance.observed.v1',
  z.object({
    serverId: ServerId,
    instanceId: z.string(),
    region: z.string(),
    zone: z.string().nullable(),
    state: InstanceState,
    /** Public IPv4 address; null while it has none. */
    ip: z.string().nullable(),
    /** EC2's LaunchTime: another one after every start, so it names the current start. */
    launchedAt: Instant.nullable(),
    /** EC2's StateReason code, `Server.SpotInstanceTermination`. */
    reasonCode: z.string().nullable(),
    /** Grows with every published observation of this instance; older ones are ignored. */
    revision: z.number().int().positive(),
    observedAt: Instant,
  }),
);

/** The product of this start answered on its health path, or stopped answering, at this address. */
export const HealthObserved = event(
  'berth.health.observed.v1',
  z.object({
    serverId: ServerId,
    instanceId: z.string(),
    ip: z.string(),
    launchedAt: Instant.nullable(),
    healthy: z.boolean(),
    /** Grows with every published observation of this server; older ones are ignored. */
    revision: z.number().int().positive(),
    observedAt: Instant,
  }),
);

/** What SNS has posted to the gateway, which has checked that it is SNS's: taken like what lies in the events queue, as a reason to look. `body` is the text that SQS would hold. */
export const TakeNotification = command(
  'state-tracking',
  'berth.state-tracking.take-notification.v1',
  z.object({ body: z.string().max(1_000_000) }),
);
