import { ACCEPTED, type Accepted } from './accepted.ts';
import { advisoriesOn, type Advisory } from './advisories.ts';

/** Only these keep CI from passing (docs/decisions/0026-dependencies.md). */
const SERIOUS: readonly string[] = ['high', 'critical'];

/** What to say about the advisories of a day, a line each, the serious ones first; and whether it is well. */
export function verdict(
  advisories: readonly Advisory[],
  accepted: readonly Accepted[],
  today: Date,
): { lines: string[]; well: boolean } {
  const day = today.toISOString().slice(0, 10);
  const passedOver = ({ url }: Advisory) =>
    accepted.find(({ advisory, until }) => url.endsWith(`/${advisory}`) && day <= until);
  const serious = advisories.filter((each) => SERIOUS.includes(each.severity) && !passedOver(each));
  const others = advisories.filter((each) => !serious.includes(each));
  const line = (each: Advisory) =>
    [
      `${each.severity}: ${each.package} ${each.range}: ${each.title} (${each.url})`,
      ...[passedOver(each)].flatMap((known) => (known ? `accepted until ${known.until}: ${known.why}` : [])),
    ].join('; ');
  return { lines: [...serious, ...others].map(line), well: serious.length === 0 };
}

/** `npm run audit`. A registry that answers no audits is said so and is nobody's failure. */
if (import.meta.main) {
  const found = await advisoriesOn(new URL('../..', import.meta.url).pathname);
  if ('unanswered' in found) {
    process.stdout.write(
      `The registry did not say what is known against the dependencies: ${found.unanswered}\n`,
    );
  } else {
    const { lines, well } = verdict(found.advisories, ACCEPTED, new Date());
    process.stdout.write(`${[...lines, `${found.advisories.length} advisories`].join('\n')}\n`);
    process.exitCode = well ? 0 : 1;
  }
}
