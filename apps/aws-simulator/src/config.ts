import { z } from 'zod';

const port = (standard: number) => z.coerce.number().int().min(0).max(65_535).default(standard);
const switchedOn = z
  .enum(['on', 'off'])
  .default('on')
  .transform((value) => value === 'on');
const list = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be region names, eu-central-1')).min(1));

/** The environment of the process; README.md describes every variable. */
const Environment = z.object({
  /** Endpoint of all simulated services; 0 takes a free port. */
  BERTH_AWS_PORT: port(4566),
  /** Where simulated instances answer on their public addresses; 0 takes a free port. */
  BERTH_SIM_INSTANCE_PORT: port(4580),
  /** From RunInstances or StartInstances to the agent's `ready`. */
  BERTH_SIM_BOOT_SECONDS: z.coerce.number().min(0).max(3600).default(6),
  /** Folder that keeps the simulated world over restarts; absent: in memory. */
  BERTH_SIM_STATE: z.string().min(1).optional(),
  /** The same seed and the same calls give the same ids, addresses and delays. */
  BERTH_SIM_SEED: z.string().min(1).optional(),
  /** Divides every delay that is AWS's own, and multiplies the rates of its throttles. */
  BERTH_SIM_SPEED: z.coerce.number().positive().max(1000).default(1),
  BERTH_SIM_THROTTLING: switchedOn,
  BERTH_DEPLOYMENT_ID: z.string().min(1).default('local'),
  /** The hosted zone that the landing zone contains. */
  BERTH_ZONE: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a domain name in lower case')
    .default('berth.localhost'),
  BERTH_SIM_REGIONS: list('eu-central-1,us-east-1,ca-central-1'),
});

export interface Config {
  awsPort: number;
  instancePort: number;
  bootSeconds: number;
  stateFolder: string | undefined;
  seed: string | undefined;
  speed: number;
  throttling: boolean;
  deploymentId: string;
  zone: string;
  /** The first one holds the topic and the queue. */
  regions: [string, ...string[]];
}

/** Throws a ZodError that names each bad variable. */
export function configOf(environment: Record<string, string | undefined>): Config {
  const parsed = Environment.parse(environment);
  const [first = '', ...others] = parsed.BERTH_SIM_REGIONS;
  return {
    awsPort: parsed.BERTH_AWS_PORT,
    instancePort: parsed.BERTH_SIM_INSTANCE_PORT,
    bootSeconds: parsed.BERTH_SIM_BOOT_SECONDS,
    stateFolder: parsed.BERTH_SIM_STATE,
    seed: parsed.BERTH_SIM_SEED,
    speed: parsed.BERTH_SIM_SPEED,
    throttling: parsed.BERTH_SIM_THROTTLING,
    deploymentId: parsed.BERTH_DEPLOYMENT_ID,
    zone: parsed.BERTH_ZONE,
    regions: [first, ...others],
  };
}
