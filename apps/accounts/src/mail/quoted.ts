const LONGEST = 60;
/** Joins words without showing: behind it, mail programs make no link of `evil.example` or `https:`. */
const WORD_JOINER = '\u2060';

/**
 * Words that other people chose, for a line of a mail: in quotation marks, one line, bounded, and nothing in it that a mail program
 * makes a link of or that turns the direction of what follows.
 */
export function quoted(words: string): string {
  const line = words
    // Control characters and line ends, then what is not seen but changes how the rest is.
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
  const signs = Array.from(line);
  const short = signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join('')}…` : line;
  return `“${short.replaceAll(/[.:/@]/g, (sign) => sign + WORD_JOINER)}”`;
}
