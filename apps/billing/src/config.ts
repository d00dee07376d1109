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
import type { BucketSettings } from './invoice-documents/bucket.ts';
import { readVendor, type Vendor } from './invoices/vendor.ts';

const LOCAL_VENDOR = fileURLToPath(new URL('../../../deploy/vendor.yaml', import.meta.url));

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** Who issues invoices; relative to the working directory. */
    BERTH_VENDOR_FILE: z.string().min(1).optional(),
    /** Where S3 is simulated; absent on AWS. */
    BERTH_AWS_ENDPOINT: z.url().optional(),
    /** The bucket that keeps documents of invoices; without one, none are made. */
    BERTH_INVOICE_BUCKET: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket')
      .optional(),
    BERTH_INVOICE_BUCKET_REGION: z.string().min(1).default('eu-central-1'),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    /** What carries this as `berth:deployment-id` is ours. */
    BERTH_DEPLOYMENT_ID: z.string().min(1).default('local'),
    /** The S3 bucket to which AWS delivers Cost and Usage Reports; without one there is no reconciliation. */
    BERTH_COST_REPORT_BUCKET: z.string().min(1).optional(),
    /** How the keys of all reports begin. */
    BERTH_COST_REPORT_PREFIX: z.string().default(''),
  })
  .refine(
    ({ BERTH_CLOUD: cloud, BERTH_AWS_ENDPOINT: endpoint, BERTH_COST_REPORT_BUCKET: bucket }) =>
      cloud === 'aws' || bucket === undefined || endpoint !== undefined,
    {
      path: ['BERTH_AWS_ENDPOINT'],
      message: 'is required with BERTH_CLOUD=simulator and a bucket of reports',
    },
  )
  .refine(
    ({ BERTH_CLOUD: cloud, BERTH_VENDOR_FILE: vendor, BERTH_INVOICE_BUCKET: bucket }) =>
      cloud === 'simulator' || !vendor || bucket,
    {
      path: ['BERTH_INVOICE_BUCKET'],
      message: 'is required with BERTH_VENDOR_FILE and BERTH_CLOUD=aws: invoices have to be kept',
    },
  )
  .refine(
    ({ BERTH_CLOUD: cloud, BERTH_INVOICE_BUCKET: bucket, BERTH_AWS_ENDPOINT: endpoint }) =>
      cloud === 'aws' || !bucket || endpoint !== undefined,
    {
      path: ['BERTH_AWS_ENDPOINT'],
      message: 'is required with BERTH_INVOICE_BUCKET and BERTH_CLOUD=simulator',
    },
  )
  .refine(checksPassports, PASSPORTS_UNCHECKED);

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  readonly passportKeys: PassportKeys | undefined;
  /** Null: nothing is invoiced. */
  readonly vendor: Vendor | null;
  readonly simulated: boolean;
  readonly awsEndpoint: string | undefined;
  readonly deploymentId: string;
  readonly costReports: { readonly bucket: string | undefined; readonly prefix: string };
  /** Null: no documents are made of invoices. */
  readonly invoiceBucket: BucketSettings | null;

  /** Throws `BadEnvironment`, which names each bad variable, or an error that names what is wrong with the vendor's file. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    const vendorFile = parsed.BERTH_VENDOR_FILE ?? (parsed.BERTH_CLOUD === 'aws' ? null : LOCAL_VENDOR);
    this.vendor = vendorFile === null ? null : readVendor(vendorFile);
    this.simulated = parsed.BERTH_CLOUD === 'simulator';
    this.awsEndpoint = this.simulated ? parsed.BERTH_AWS_ENDPOINT : undefined;
    this.deploymentId = parsed.BERTH_DEPLOYMENT_ID;
    this.costReports = { bucket: parsed.BERTH_COST_REPORT_BUCKET, prefix: parsed.BERTH_COST_REPORT_PREFIX };
    this.invoiceBucket = bucketIn(parsed);
  }
}

const bucketIn = (parsed: z.output<typeof Environment>): BucketSettings | null =>
  parsed.BERTH_INVOICE_BUCKET === undefined
    ? null
    : {
        name: parsed.BERTH_INVOICE_BUCKET,
        region: parsed.BERTH_INVOICE_BUCKET_REGION,
        endpoint: parsed.BERTH_CLOUD === 'aws' ? undefined : parsed.BERTH_AWS_ENDPOINT,
      };
