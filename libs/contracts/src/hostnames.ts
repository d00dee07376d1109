import { z } from 'zod';
import { AccountId, HostLabel } from './fields.ts';
import { request } from './message.ts';

/** Whether a server of the asking account can have a host name, and one that it can have. */
export const HostnameCheck = z.object({
  /** As it was asked for: the label in front of the zone. */
  hostname: z.string(),
  available: z.boolean(),
  /** `taken`: by anybody, the asker included. `reserved`: nobody gets it. `invalid`: no host name. Null: available. */
  reason: z.enum(['taken', 'reserved', 'invalid']).nullable(),
  /** Free just now: the name itself, or one like it. Nothing is kept for the asker. */
  proposal: HostLabel,
});
export type HostnameCheck = z.output<typeof HostnameCheck>;

/** Takes whatever somebody may type: what is no host name is answered, not refused. */
export const CheckHostname = request(
  'provisioning',
  'berth.provisioning.check-hostname.v1',
  z.object({ accountId: AccountId, name: z.string() }),
  HostnameCheck,
  'servers:read',
);
