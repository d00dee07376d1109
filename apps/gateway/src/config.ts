import { isIP } from 'node:net';
import { resolve } from 'node:path';
import {
  AmqpUrl,
  checksPassports,
  PassportPublicKeys,
  PASSPORTS_UNCHECKED,
  type PassportKeys,
} from '@berth/messaging';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';
import { TOPIC_ARN } from './sns/addresses.ts';

const LEAVING_SECONDS = 5;

const Environment = z
  .object({
    /** The address to listen on. Only this machine by default: whoever opens it further decides so. */
    BERTH_HOST: z.string().min(1).default('127.0.0.1'),
    /** The TCP port to listen on; 0 takes a free one and logs which. */
    BERTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    /** The origin under which browsers see the API, `https://cloud.example.com`; needed when not listening on loopback. */
    BERTH_PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url))
      .refine(({ protocol, hostname }) => protocol === 'https:' || isLoopback(hostname), {
        message: 'must be https, but for localhost: sessions do not travel in the clear',
      })
      .optional(),
    /** How many requests of an account are answered in 10 seconds, by all replicas together. */
    BERTH_RATE_LIMIT_PER_ACCOUNT: z.coerce.number().int().min(1).default(1_000),
    /** How many of those may be of one API token. */
    BERTH_RATE_LIMIT_PER_TOKEN: z.coerce.number().int().min(1).default(500),
    /** The same for an address from which somebody comes who is not known. */
    BERTH_RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().min(1).default(200),
    /** How many requests of an account, or of such an address, may be under way at once; half of them orders. */
    BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT: z.coerce.number().int().min(2).default(100),
    /** The same of all together. Times 1 MiB, the largest body, it is the memory that bodies can take. */
    BERTH_REQUESTS_AT_ONCE: z.coerce.number().int().min(2).default(300),
    /** Addresses and networks, by commas, whose X-Forwarded-For is believed: `10.0.0.0/8, ::1`. */
    BERTH_TRUSTED_PROXIES: z
      .string()
      .default('')
      .transform((text) => text.split(',').map((part) => part.trim()))
      .transform((parts) => parts.filter(Boolean))
      .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))),
    /**
     * So long after SIGTERM the gateway still serves, while /readyz says that it leaves: longer than load balancers take to notice.
     * None on a loopback address by default, where there is none, 5 elsewhere.
     */
    BERTH_LEAVING_SECONDS: z.coerce.number().min(0).max(20).optional(),
    /** The folder of the built web console, `apps/console/dist`; without one `/` is a page that says what this is. */
    BERTH_CONSOLE: z.string().optional(),
    /** `on`: /dev/mail shows whoever asks the mails that accounts has kept, and by their links they are anybody. For one machine alone. */
    BERTH_DEV_MAIL: z.enum(['on', 'off']).default('off'),
    /** Topics, by commas, whose notifications SNS may post to /v1/sns; none: there is no such address. */
    BERTH_SNS_TOPIC_ARNS: z
      .string()
      .default('')
      .transform((text) => text.split(',').map((part) => part.trim()))
      .transform((parts) => parts.filter(Boolean))
      .pipe(z.array(z.string().regex(TOPIC_ARN, 'must be ARNs of SNS topics, by commas'))),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** With what accounts signs passports: what staff ask the gateway itself over the bus comes with one. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    AMQP_URL: AmqpUrl,
  })
  .refine(checksPassports, PASSPORTS_UNCHECKED)
  .refine((env) => env.BERTH_PUBLIC_URL !== undefined || isLoopback(env.BERTH_HOST), {
    path: ['BERTH_PUBLIC_URL'],
    message: 'is needed when BERTH_HOST is not a loopback address',
  })
  .refine((env) => env.BERTH_DEV_MAIL === 'off' || env.BERTH_CLOUD !== 'aws', {
    path: ['BERTH_DEV_MAIL'],
    message: 'must be off with BERTH_CLOUD=aws',
  })
  .refine(
    ({ BERTH_DEV_MAIL: devMail, BERTH_PUBLIC_URL: url }) =>
      devMail === 'off' || url === undefined || isLoopback(url.hostname),
    { path: ['BERTH_DEV_MAIL'], message: 'must be off unless BERTH_PUBLIC_URL is of localhost' },
  );

/** The gateway's settings, read once at the start. */
export class Config {
  constructor(
    readonly host: string,
    readonly port: number,
    /** Undefined when only this machine can come in, by plain HTTP. */
    readonly publicUrl: URL | undefined,
    readonly amqpUrl: string,
    /** In 10 seconds. */
    readonly requestsPerAccount: number,
    readonly requestsPerToken: number,
    readonly requestsPerAddress: number,
    readonly trustedProxies: string[],
    readonly requestsAtOncePerAccount: number,
    readonly requestsAtOnce: number,
    /** Between the signal to stop and the last new request. */
    readonly leavingSeconds: number,
    /** The folder of the web console, absolute; undefined: none is served. */
    readonly consoleFolder: string | undefined,
    /** Whether the mailbox of a local run is shown. */
    readonly devMail = false,
    readonly passportKeys: PassportKeys | undefined = undefined,
    /** The topics that SNS may post here from. */
    readonly snsTopicArns: readonly string[] = [],
  ) {}

  /** Throws `BadEnvironment`, which names each bad variable, never its value. */
  static from(environment: NodeJS.ProcessEnv): Config {
    const env = readEnvironment(Environment, environment);
    return new Config(
      env.BERTH_HOST,
      env.BERTH_PORT,
      env.BERTH_PUBLIC_URL,
      env.AMQP_URL,
      env.BERTH_RATE_LIMIT_PER_ACCOUNT,
      env.BERTH_RATE_LIMIT_PER_TOKEN,
      env.BERTH_RATE_LIMIT_PER_ADDRESS,
      env.BERTH_TRUSTED_PROXIES,
      env.BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT,
      env.BERTH_REQUESTS_AT_ONCE,
      env.BERTH_LEAVING_SECONDS ?? (isLoopback(env.BERTH_HOST) ? 0 : LEAVING_SECONDS),
      env.BERTH_CONSOLE ? resolve(env.BERTH_CONSOLE) : undefined,
      env.BERTH_DEV_MAIL === 'on',
      env.BERTH_PASSPORT_PUBLIC_KEYS,
      env.BERTH_SNS_TOPIC_ARNS,
    );
  }

  /** Browsers come by HTTPS: cookies are `Secure` and bound to the host. */
  get secure(): boolean {
    return this.publicUrl?.protocol === 'https:';
  }
}

function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || address === 'localhost' || address.endsWith('.localhost');
}
