/** A seed that once found something. */
export interface NamedSeed {
  name: string;
  seed: string;
  /** What was lost or doubled, and where its regression spec stands. */
  found: string;
}

/** `npm run chaos -- --named NAME` plays one again. */
export const SEEDS: readonly NamedSeed[] = [];

/** Throws, with the names there are, when it is none. */
export function seedNamed(name: string): string {
  const named = SEEDS.find((each) => each.name === name);
  if (named) return named.seed;
  throw new Error(`There is no seed named ${name}. There are: ${SEEDS.map((each) => each.name).join(', ')}`);
}
