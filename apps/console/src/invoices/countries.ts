const NAMES = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' });
const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
/** Codes that browsers know by a name and that are no country's (ISO 3166-1, reserved and user-assigned). */
const OTHERS = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA']);

/** `BU`, once Burma, is `MM` today, and `UK` was always `GB`. */
const isPresent = (value: string): boolean => Intl.getCanonicalLocales(`und-${value}`)[0] === `und-${value}`;

/** Every country by its name in the reader's language, as a choice; former ones are the present ones' names again. */
export const COUNTRIES: readonly { value: string; label: string }[] = LETTERS.flatMap((first) =>
  LETTERS.map((second) => first + second),
)
  .flatMap((value) => {
    const label = NAMES.of(value);
    return label && !OTHERS.has(value) && isPresent(value) ? [{ value, label }] : [];
  })
  .sort((a, b) => a.label.localeCompare(b.label));
