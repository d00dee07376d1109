import { z } from 'zod';

/** A TypeID with a known prefix: sortable by time, `srv_01jq…` (https://github.com/jetify-com/typeid). */
export const id = <Prefix extends string>(prefix: Prefix) =>
  z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be an id like ${prefix}_…`);

export const AccountId = id('acc');
export const UserId = id('usr');
export const TokenId = id('tok');
export const SessionId = id('ses');
export const MemberId = id('mem');
export const InvitationId = id('ivn');
export const ServerId = id('srv');
export const OperationId = id('op');
export const AuditEventId = id('aud');
export const CreditId = id('crd');
export const VoidId = id('vod');
export const UsageReplayId = id('rpl');
export const ReconciliationId = id('rcn');
export const InvoiceId = id('inv');

/** RFC 3339, UTC, milliseconds: `2026-11-22T10:00:00.000Z`. */
export const Instant = z.iso.datetime();

/** A decimal number as text, so that no float ever touches money: `0.00234`. */
export const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

/** ISO 4217. */
export const Currency = z.string().regex(/^[A-Z]{3}$/);

/** An IP address, or a network in CIDR notation (RFC 4632, RFC 4291): `192.0.2.7`, `2001:db8::/32`. */
export const Network = z
  .string()
  .regex(
    new RegExp(
      [z.regexes.ipv4, z.regexes.ipv6, z.regexes.cidrv4, z.regexes.cidrv6]
        .map(({ source }) => source)
        .join('|'),
    ),
    'must be an IP address or a network such as 192.0.2.0/24',
  );

/** One DNS label a customer may choose for a server (RFC 1123): 3 to 40 of a-z, 0-9 and inner hyphens. */
export const HostLabel = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$/, 'must be 3 to 40 of a-z, 0-9 and inner hyphens');

/** A customer's own labels on a server: at most 20. */
export const Tags = z
  .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,62}$/), z.string().max(255))
  .refine((tags) => Object.keys(tags).length <= 20, 'at most 20 tags');
export type Tags = z.output<typeof Tags>;

/** Who did something: a person, an API token, or Berth itself. */
export const Actor = z.object({ kind: z.enum(['user', 'token', 'system']), id: z.string() });
export type Actor = z.output<typeof Actor>;
