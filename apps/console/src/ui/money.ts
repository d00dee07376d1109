/** A price or an amount for people, in their locale: two decimals, more where the first digits come later. */
export function money(amount: string | number, currency: string): string {
  const value = Number(amount);
  const small = value !== 0 && Math.abs(value) < 0.1;
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    ...(small ? { minimumSignificantDigits: 2, maximumSignificantDigits: 3 } : {}),
  }).format(value);
}

/** An amount that was rounded to the digits of its currency, such as one of an invoice, for people, in their locale. */
export const rounded = (amount: string, currency: string): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(Number(amount));
