import {
  AmqpUrl,
  checksPassports,
  PassportPublicKeys,
  PASSPORTS_UNCHECKED,
  type PassportKeys,
} from '@berth/messaging';
import { SecretsKey } from '@berth/secrets';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_DEPLOYMENT_ID: z.string().min(1).default('local'),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    /** Where AWS is simulated; absent on AWS. */
    BERTH_AWS_ENDPOINT: z.url().optional(),
    /** The topic instances and EC2 publish to; the queue is in its region. */
    BERTH_EVENTS_TOPIC_ARN: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:.+$/, 'must be the ARN of an SNS topic'),
    /** The SQS queue that is subscribed to the topic. */
    BERTH_EVENTS_QUEUE_URL: z.url(),
    BERTH_SECRETS_KEY: SecretsKey,
    /** Simulated instances answer on this port, whatever the product's is. */
    BERTH_INSTANCE_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    /** How many times EC2's usual request rates this account has: they can be raised on request. */
    BERTH_EC2_LIMIT_FACTOR: z.coerce.number().positive().default(1),
    BERTH_SWEEP_SECONDS: z.coerce.number().positive().max(600).default(10),
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
  readonly deploymentId: string;
  readonly eventsQueue: { url: string; region: string };
  readonly secretsKey: Buffer;
  readonly instancePort: number | undefined;
  readonly ec2LimitFactor: number;
  readonly sweepSeconds: number;
  private readonly endpoint: string | undefined;
  private readonly simulated: boolean;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    this.deploymentId = parsed.BERTH_DEPLOYMENT_ID;
    this.simulated = parsed.BERTH_CLOUD === 'simulator';
    this.endpoint = parsed.BERTH_AWS_ENDPOINT;
    this.eventsQueue = {
      url: parsed.BERTH_EVENTS_QUEUE_URL,
      region: parsed.BERTH_EVENTS_TOPIC_ARN.split(':')[3] ?? '',
    };
    this.secretsKey = parsed.BERTH_SECRETS_KEY;
    this.instancePort = parsed.BERTH_INSTANCE_PORT;
    this.ec2LimitFactor = parsed.BERTH_EC2_LIMIT_FACTOR;
    this.sweepSeconds = parsed.BERTH_SWEEP_SECONDS;
  }

  /** What every AWS client of that region is made with. */
  awsClient(region: string) {
    return {
      region,
      ...(this.endpoint && { endpoint: this.endpoint }),
      ...(this.simulated && { credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' } }),
    };
  }
}
