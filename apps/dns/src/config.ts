import {
  AmqpUrl,
  checksPassports,
  PassportPublicKeys,
  PASSPORTS_UNCHECKED,
  type PassportKeys,
} from '@berth/messaging';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    /** Where Route 53 is simulated; absent on AWS. */
    BERTH_AWS_ENDPOINT: z.url().optional(),
    /** The zone whose names are ours: nothing outside it is touched. */
    BERTH_ZONE: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a domain name in lower case, without the last dot')
      .default('berth.localhost'),
    /** Looked up by the zone's name when absent. */
    BERTH_HOSTED_ZONE_ID: z.string().min(1).optional(),
  })
  .refine(
    ({ BERTH_CLOUD: cloud, BERTH_AWS_ENDPOINT: endpoint }) => cloud === 'aws' || endpoint !== undefined,
    { path: ['BERTH_AWS_ENDPOINT'], message: 'is required with BERTH_CLOUD=simulator' },
  )
  .refine(checksPassports, PASSPORTS_UNCHECKED);

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  readonly passportKeys: PassportKeys | undefined;
  readonly awsEndpoint: string | undefined;
  readonly simulated: boolean;
  readonly zone: string;
  readonly hostedZoneId: string | undefined;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    this.simulated = parsed.BERTH_CLOUD === 'simulator';
    this.awsEndpoint = parsed.BERTH_AWS_ENDPOINT;
    this.zone = parsed.BERTH_ZONE;
    this.hostedZoneId = parsed.BERTH_HOSTED_ZONE_ID;
  }
}
