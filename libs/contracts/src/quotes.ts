import { z } from 'zod';
import { AccountId, Currency, Decimal, Instant } from './fields.ts';
import { request } from './message.ts';
import { LaunchServerBody } from './servers.ts';

/** A price as it is shown, exact. */
export const Rate = z.object({
  perMinute: Decimal,
  perHour: Decimal,
  /** 730 hours. */
  perMonth: Decimal,
});
export type Rate = z.output<typeof Rate>;

/** A part of a price, and since when its price row is in force. */
const RateSince = Rate.extend({ activeFrom: Instant });

/** What a server of one configuration costs, all its GiB of disk included. */
export const ConfigurationPrice = z.object({
  /** Compute and disk. */
  running: Rate,
  /** The disk alone. */
  paused: Rate,
  compute: RateSince,
  disk: RateSince,
});
export type ConfigurationPrice = z.output<typeof ConfigurationPrice>;

export const QuoteBody = LaunchServerBody.pick({
  product: true,
  version: true,
  size: true,
  region: true,
  zone: true,
  diskGib: true,
});
export type QuoteBody = z.output<typeof QuoteBody>;

/** What a server would cost now, and what is announced. */
export const Quote = ConfigurationPrice.extend({
  currency: Currency,
  /** The price from each announced change on, soonest first. */
  changes: z.array(ConfigurationPrice.extend({ activeFrom: Instant })),
});
export type Quote = z.output<typeof Quote>;

/** The price of what a launch would order, for an account: nothing is made. 422 `unknown_offer`. */
export const QuoteFor = request(
  'catalog',
  'berth.catalog.quote-for.v1',
  z.object({ ...QuoteBody.shape, accountId: AccountId }),
  Quote,
  'catalog:read',
);

/** {@link QuoteFor} as gateways of 0.1.0 ask for it: nobody's, at the prices that hold for all. */
export const GetQuote = request(
  'catalog',
  'berth.catalog.get-quote.v1',
  z.object(QuoteBody.shape),
  Quote,
  'catalog:read',
);
