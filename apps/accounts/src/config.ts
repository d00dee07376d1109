import {
  AmqpUrl,
  checksPassports,
  PassportKey,
  PassportPublicKeys,
  PASSPORTS_UNCHECKED,
  type PassportKeys,
} from '@berth/messaging';
import { SecretsKey } from '@berth/secrets';
import { readEnvironment } from '@berth/telemetry';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

const ON_OR_OFF = z.enum(['on', 'off']);

const Environment = z
  .object({
    AMQP_URL: AmqpUrl,
    MONGODB_URI: z.string().min(1),
    BERTH_SECRETS_KEY: SecretsKey,
    /** What passports are signed with; its public half is among BERTH_PASSPORT_PUBLIC_KEYS of every service. Without it there are none. */
    BERTH_PASSPORT_KEY: PassportKey.optional(),
    /** With what accounts signs passports: without them whoever is on the bus may ask anything. */
    BERTH_PASSPORT_PUBLIC_KEYS: PassportPublicKeys.optional(),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    /** Whether who signs up has to show that they read what is sent to their address before they may launch. */
    BERTH_VERIFY_EMAIL: ON_OR_OFF.default('on'),
    /**
     * The mail server, `smtp://user:password@mail.example.com:587`; STARTTLS is insisted on, but for this machine or with `?ignoreTLS=true`.
     * Without one, mails are kept in the database and logged, links and all.
     */
    BERTH_SMTP_URL: z
      .url({ protocol: /^smtps?$/ })
      .transform((url) => new URL(url))
      .optional(),
    /** Who mails are from: an address, or `Berth <no-reply@example.com>`. */
    BERTH_MAIL_FROM: z
      .string()
      .regex(
        /^(?:[^<>\p{Cc}]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u,
        'must be an address or a name and an <address>',
      )
      .optional(),
    /** The origin of the console, which links lead to: `https://cloud.example.com`; without a mail server the gateway on this machine. */
    BERTH_PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url))
      .optional(),
    /** How long an account that is closing can be opened again, before what it has is deleted. */
    BERTH_CLOSING_GRACE_DAYS: z.coerce.number().min(0).max(3_650).default(30),
    BERTH_PORT: z.coerce.number().int().default(8080),
    /** So long the audit trail is kept: a year and a month, so that who looks once a year sees all of it. A quarter at least. */
    BERTH_AUDIT_RETENTION_DAYS: z.coerce.number().int().min(90).default(400),
  })
  .refine(checksPassports, PASSPORTS_UNCHECKED)
  .refine((env) => env.BERTH_PASSPORT_KEY !== undefined || env.BERTH_CLOUD !== 'aws', {
    path: ['BERTH_PASSPORT_KEY'],
    message: 'is required with BERTH_CLOUD=aws: services ask for passports',
  })
  .refine((env) => env.BERTH_VERIFY_EMAIL === 'on' || env.BERTH_CLOUD !== 'aws', {
    path: ['BERTH_VERIFY_EMAIL'],
    message: 'must be on with BERTH_CLOUD=aws: anybody could launch servers under any address',
  })
  .refine((env) => env.BERTH_SMTP_URL !== undefined || env.BERTH_CLOUD !== 'aws', {
    path: ['BERTH_SMTP_URL'],
    message: 'is required with BERTH_CLOUD=aws: links that let people in would lie in the log',
  })
  .refine((env) => env.BERTH_SMTP_URL === undefined || env.BERTH_MAIL_FROM !== undefined, {
    path: ['BERTH_MAIL_FROM'],
    message: 'is required with BERTH_SMTP_URL',
  })
  .refine((env) => env.BERTH_SMTP_URL === undefined || env.BERTH_PUBLIC_URL !== undefined, {
    path: ['BERTH_PUBLIC_URL'],
    message: 'is required with BERTH_SMTP_URL',
  });

/** The settings of this service. */
export class Config {
  readonly amqpUrl: string;
  readonly mongoUri: string;
  /** Undefined: no passports are made. */
  readonly passportKey: KeyObject | undefined;
  readonly passportKeys: PassportKeys | undefined;
  /** What the secrets of second factors are sealed with. */
  readonly secretsKey: Buffer;
  /** Whether an account whose owner's address is not verified may only look. */
  readonly verifiesEmail: boolean;
  /** Undefined: mails are kept. */
  readonly smtp: { url: URL; from: string } | undefined;
  /** What links lead to. */
  readonly publicUrl: URL;
  readonly auditRetentionDays: number;

  readonly closingGraceDays: number;

  /** Throws `BadEnvironment`, which names each bad variable. */
  constructor(environment: NodeJS.ProcessEnv) {
    const parsed = readEnvironment(Environment, environment);
    const { BERTH_SMTP_URL: url, BERTH_MAIL_FROM: from = '' } = parsed;
    this.amqpUrl = parsed.AMQP_URL;
    this.mongoUri = parsed.MONGODB_URI;
    this.passportKey = parsed.BERTH_PASSPORT_KEY;
    this.passportKeys = parsed.BERTH_PASSPORT_PUBLIC_KEYS;
    this.secretsKey = parsed.BERTH_SECRETS_KEY;
    this.verifiesEmail = parsed.BERTH_VERIFY_EMAIL === 'on';
    this.smtp = url && { url, from };
    this.closingGraceDays = parsed.BERTH_CLOSING_GRACE_DAYS;
    this.auditRetentionDays = parsed.BERTH_AUDIT_RETENTION_DAYS;
    this.publicUrl = parsed.BERTH_PUBLIC_URL ?? new URL(`http://localhost:${parsed.BERTH_PORT}`);
  }
}
