import { AmqpUrl, checksPassports, PassportPublicKeys, PASSPORTS_UNCHECKED } from '@berth/messaging';
import { SecretsKey } from '@berth/secrets';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_DEPLOYMENT_ID: z.string().min(1).max(64).default('local'),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    /** How many times EC2's usual request rates this account has: they can be raised on request. */
    BERTH_EC2_LIMIT_FACTOR: z.coerce.number().positive().default(1),
    /** Where the simulator answers; absent on AWS. */
    BERTH_AWS_ENDPOINT: z.url().optional(),
    BERTH_ZONE: z.string().default('berth.localhost'),
    BERTH_EVENTS_TOPIC_ARN: z.string().startsWith('arn:'),
    BERTH_SERVER_URL: z.string().includes('{hostname}').default('https://{hostname}/'),
    BERTH_SECRETS_KEY: SecretsKey,
    /** The instance profile that lets a server's agent publish to the topic, and nothing else. */
    BERTH_INSTANCE_PROFILE: z.string().optional(),
    /** What is done about orphans at EC2; by default they are removed in the simulated one alone. */
    BERTH_ORPHANS: z.enum(['report', 'remove']).optional(),
    /** How many steps towards their removal one sweep takes at most. */
    BERTH_ORPHANS_PER_SWEEP: z.coerce.number().int().min(1).default(25),
    BERTH_ORPHAN_AGE_SECONDS: z.coerce.number().int().min(300).default(300),
    BERTH_ORPHAN_QUARANTINE_DAYS: z.coerce.number().int().min(1).default(7),
  })
  .refine(
    ({ BERTH_CLOUD: cloud, BERTH_AWS_ENDPOINT: endpoint }) => cloud === 'aws' || endpoint !== undefined,
    { path: ['BERTH_AWS_ENDPOINT'], message: 'is required with BERTH_CLOUD=simulator' },
  )
  .refine(checksPassports, PASSPORTS_UNCHECKED);

/** The settings of this service, read once from the environment. */
export class Config {
  private readonly env: z.output<typeof Environment>;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    this.env = readEnvironment(Environment, environment);
  }

  get amqpUrl() {
    return this.env.AMQP_URL;
  }
  get passportKeys() {
    return this.env.BERTH_PASSPORT_PUBLIC_KEYS;
  }
  get mongoUri() {
    return this.env.MONGODB_URI;
  }
  get deploymentId() {
    return this.env.BERTH_DEPLOYMENT_ID;
  }
  /** For every SDK client; undefined on AWS. */
  get awsEndpoint() {
    return this.env.BERTH_CLOUD === 'simulator' ? this.env.BERTH_AWS_ENDPOINT : undefined;
  }
  get ec2LimitFactor() {
    return this.env.BERTH_EC2_LIMIT_FACTOR;
  }
  /** The DNS zone of all servers. */
  get zone() {
    return this.env.BERTH_ZONE;
  }
  get topicArn() {
    return this.env.BERTH_EVENTS_TOPIC_ARN;
  }
  get secretsKey() {
    return this.env.BERTH_SECRETS_KEY;
  }
  get instanceProfile() {
    return this.env.BERTH_INSTANCE_PROFILE;
  }
  /** The bounds of the sweep for orphans. */
  get orphans() {
    const { BERTH_ORPHANS: mode, BERTH_CLOUD: cloud } = this.env;
    return {
      remove: (mode ?? (cloud === 'simulator' ? 'remove' : 'report')) === 'remove',
      perSweep: this.env.BERTH_ORPHANS_PER_SWEEP,
      ageSeconds: this.env.BERTH_ORPHAN_AGE_SECONDS,
      quarantineDays: this.env.BERTH_ORPHAN_QUARANTINE_DAYS,
    };
  }
  /** Where a customer opens the product. */
  serverUrl(host: string): string {
    return this.env.BERTH_SERVER_URL.replaceAll('{hostname}', host);
  }
}
