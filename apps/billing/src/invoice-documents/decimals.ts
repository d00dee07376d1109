/** The same amount the other way round: `12.40` is `-12.40`, and nothing is nothing. */
export function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return /[1-9]/.test(amount) ? `-${amount}` : amount;
}

/** Thousands apart, to be read by people: `-1234567.50` is `-1,234,567.50`. */
export function grouped(number: string | number): string {
  const [whole = '', ...fraction] = String(number).split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}
