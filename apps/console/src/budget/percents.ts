const MOST = 5;

/** Percents as they are typed, `50, 80, 100`; or what is wrong with them. */
export function percentsIn(text: string): number[] | string {
  const parts = text
    .split(/[\s,;%]+/)
    .filter(Boolean)
    .map(Number);
  if (parts.length === 0) return 'Name at least one, such as 80';
  if (parts.some((part) => !Number.isInteger(part) || part < 1 || part > 100))
    return 'Whole percents from 1 to 100, separated by commas';
  const percents = [...new Set(parts)].sort((a, b) => a - b);
  return percents.length > MOST ? `At most ${MOST} of them` : percents;
}
