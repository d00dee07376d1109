/** What is left of a decimal number when others are taken from it, all of them texts: exact, as money has to be. */
export function minus(from: string, amounts: readonly string[]): string {
  const scale = Math.max(0, ...[from, ...amounts].map((text) => (text.split('.')[1] ?? '').length));
  const left = amounts.reduce((rest, amount) => rest - scaled(amount, scale), scaled(from, scale));
  const digits = String(left < 0n ? -left : left).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const part = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${left < 0n ? '-' : ''}${whole}${part && `.${part}`}`;
}

function scaled(text: string, scale: number): bigint {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(scale, '0'));
}
