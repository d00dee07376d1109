import { z } from 'zod';

const Instant = z.string().transform((text) => Date.parse(text));

const Instance = z.object({
  id: z.string(),
  region: z.string(),
  state: z.string(),
  publicIp: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  impaired: z.boolean(),
  ready: z.boolean(),
  boot: z.object({ outcome: z.string() }).optional(),
  createdAt: Instant,
  history: z.array(
    z.object({ at: Instant, state: z.string(), publicIp: z.string().optional(), cause: z.string() }),
  ),
  answered: z.array(z.object({ from: Instant, to: Instant.nullable(), publicIp: z.string().optional() })),
});
export type TrueInstance = z.output<typeof Instance>;

const Volume = z.object({
  id: z.string(),
  state: z.string(),
  sizeGib: z.number(),
  tags: z.record(z.string(), z.string()),
  attachment: z.object({ instanceId: z.string(), deleteOnTermination: z.boolean() }).optional(),
  history: z.array(z.object({ at: Instant, state: z.string() })),
});
export type TrueVolume = z.output<typeof Volume>;

const Records = z.array(z.object({ name: z.string(), type: z.string(), values: z.array(z.string()) }));
const Zone = z.object({
  name: z.string(),
  records: Records,
  published: Records,
  publications: z.array(
    z.object({ at: Instant, name: z.string(), type: z.string(), values: z.array(z.string()).nullable() }),
  ),
});
export type TrueZone = z.output<typeof Zone>;

/** What `/_sim/state` says, as far as checks ask for it; times are Unix milliseconds of the simulated world. */
export const Truth = z.object({
  now: Instant,
  instances: z.array(Instance),
  volumes: z.array(Volume),
  zones: z.array(Zone),
});
export type Truth = z.output<typeof Truth>;

/** The tag by which an instance or a volume says whose it is. */
export const ownerOf = ({ tags }: { tags: Record<string, string> }): string | undefined =>
  tags['berth:server-id'];
