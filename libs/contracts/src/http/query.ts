import { z } from 'zod';

/** Decimal digits alone: JavaScript would read `0x10`, `1e2` and an empty text as numbers too. */
export const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text),
      z.number().int().min(min).max(max),
    )
    // Not `default`, which the document would lose: it cannot know what the step before makes of it.
    .prefault(fallback);

/** In a path, where there is none to fall back on. */
export const wholeNumberInPath = (min: number, max: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : text),
    z.number().int().min(min).max(max),
  );

/** Which page of a list, and how long: from its beginning and 50 unless it says otherwise. */
export const PageQuery = z.strictObject({
  limit: wholeNumber(1, 200, 50),
  cursor: z.string().min(1).max(500).optional(),
});
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');
