import { fileURLToPath } from 'node:url';
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
    /** What is sold; relative to the working directory. */
    BERTH_CATALOG_FILE: z
      .string()
      .min(1)
      .default(() => fileURLToPath(new URL('../../../deploy/catalog.yaml', import.meta.url))),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
  })
  .refine(checksPassports, PASSPORTS_UNCHECKED);

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  readonly passportKeys: PassportKeys | undefined;
  readonly catalogFile: string;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    this.catalogFile = parsed.BERTH_CATALOG_FILE;
  }
}
