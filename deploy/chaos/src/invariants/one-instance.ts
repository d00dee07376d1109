import { groupBy } from '../evidence/api.ts';
import { ownerOf, type TrueInstance } from '../evidence/truth.ts';
import { instant } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

/** In these an instance is on or about to be, and holds the disk: two at once would be two servers for the price of one. */
const ON: readonly string[] = ['pending', 'running', 'stopping', 'stopped'];

/** Over the whole run, by the histories of all instances there ever were. */
export const oneInstance: Invariant = {
  name: 'two instances ever there for one server at once',
  mustBe: '0',
  check({ truth }) {
    const owned = groupBy(
      truth.instances.filter((instance) => ownerOf(instance) !== undefined),
      (instance) => ownerOf(instance) ?? '',
    );
    return counted([...owned].flatMap(([serverId, instances]) => overlaps(serverId, instances)));
  },
};

function overlaps(serverId: string, instances: TrueInstance[]): string[] {
  const spans = instances.map(spanOf).sort((a, b) => a.from - b.from);
  return spans.flatMap((span, index) => {
    const next = spans[index + 1];
    if (!next || next.from >= span.to) return [];
    const end = Number.isFinite(span.to) ? instant(span.to) : 'now';
    return [
      `${serverId}: ${span.id} from ${instant(span.from)} to ${end}, ${next.id} from ${instant(next.from)}`,
    ];
  });
}

function spanOf({ id, history, createdAt }: TrueInstance): { id: string; from: number; to: number } {
  const end = history.find(({ state }) => !ON.includes(state));
  return { id, from: createdAt, to: end?.at ?? Infinity };
}
