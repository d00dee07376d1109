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
import { readVendor, type Vendor } from './invoices/vendor.ts';

const LOCAL_VENDOR = fileURLToPath(new URL('../../../deploy/vendor.yaml', import.meta.url));

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** Who issues invoices; relative to the working directory. */
    BERTH_VENDOR_FILE: z.string().min(1).optional(),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
  })
  .refine(checksPassports, PASSPORTS_UNCHECKED);

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  readonly passportKeys: PassportKeys | undefined;
  /** Null: nothing is invoiced. */
  readonly vendor: Vendor | null;

  /** Throws `BadEnvironment`, which names each bad variable, or an error that names what is wrong with the vendor's file. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    const vendorFile = parsed.BERTH_VENDOR_FILE ?? (parsed.BERTH_CLOUD === 'aws' ? null : LOCAL_VENDOR);
    this.vendor = vendorFile === null ? null : readVendor(vendorFile);
  }
}
