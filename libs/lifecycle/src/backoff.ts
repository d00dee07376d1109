const LONGEST_SECONDS = 60;

/** 1, 2, 4 … 60 s after so many failures in a row, give or take a quarter so that a crowd spreads out. */
export function backoffSeconds(failures: number, random: () => number = Math.random): number {
  const seconds = Math.min(2 ** (failures - 1), LONGEST_SECONDS);
  return seconds * (0.75 + random() / 2);
}
