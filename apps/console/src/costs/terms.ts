import type { OwnPrice, Terms } from '@berth/contracts';

/** Currencies of months to come, soonest first. */
export const currenciesToCome = ({ currencies }: Pick<Terms, 'currencies'>, now: number) =>
  currencies
    .filter(({ activeFrom }) => Date.parse(activeFrom) > now)
    .toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));

/** Prices of its own that hold or are going to: what is over is of no use any more. */
export const pricesAhead = ({ prices }: Pick<Terms, 'prices'>, now: number): OwnPrice[] =>
  prices
    .filter(({ activeUntil }) => activeUntil === null || Date.parse(activeUntil) > now)
    .toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));

/** Whether anything holds for the account, or is going to, that does not for all. */
export const hasTerms = (terms: Terms, now: number): boolean =>
  terms.currencies.length > 0 || pricesAhead(terms, now).length > 0;
