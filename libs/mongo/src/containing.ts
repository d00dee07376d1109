/** Matches text that has this in it, none of its characters meaning anything else; in any case with `ignoreCase`. */
export const containing = (text: string, { ignoreCase = false } = {}) => ({
  $regex: escaped(text),
  ...(ignoreCase && { $options: 'i' }),
});

/** Matches text that begins with this. An index finds it. */
export const beginningWith = (text: string) => ({ $regex: `^${escaped(text)}` });

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
