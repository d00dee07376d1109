import { AmqpUrl } from '@berth/messaging';
import { SecretsKey } from '@berth/secrets';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';

const Environment = z.object({
  AMQP_URL: AmqpUrl,
  MONGODB_URI: z.string().min(1),
  BERTH_SECRETS_KEY: SecretsKey,
});

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  /** What the secrets of second factors are sealed with. */
  readonly secretsKey: Buffer;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.secretsKey = parsed.BERTH_SECRETS_KEY;
  }
}
