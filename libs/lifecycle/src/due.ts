import type { Model } from 'mongoose';
import type { Aggregate } from './aggregate.ts';

/** So many are looked at in one sweep, however many are due. */
const MOST_PER_SWEEP = 200;
const PAGE = 1_000;
/** Who has more than this due at once does not keep others out of the sweep. */
const CROWD = PAGE / 10;

interface DueOptions {
  now: Date;
  /** The field that names whose a document is. */
  fairBy: string;
  /** Those that somebody works on already. */
  except: ReadonlyMap<string, unknown>;
}

export interface Due {
  id: string;
  owner: string;
}

/**
 * What is due, an owner's first one before anybody's second, each owner's in the order of their times. Reads the index
 * `{ nextLookAt, <fairBy>, _id }` only as far as things are due, never the fleet.
 */
export async function dueFairly<Doc extends Aggregate<string>>(
  model: Model<Doc>,
  { now, fairBy, except }: DueOptions,
): Promise<Due[]> {
  const dues = new Map<string, Due[]>();
  const crowds: string[] = [];
  for (;;) {
    const page = await model
      .find({ nextLookAt: { $lte: now }, ...(crowds.length && { [fairBy]: { $nin: crowds } }) } as never, {
        [fairBy]: 1,
      })
      .sort({ nextLookAt: 1 })
      .limit(PAGE)
      .setOptions({ crossTenant: true })
      .lean<({ _id: string } & Record<string, unknown>)[]>();
    const owners = Map.groupBy(page, (doc) => String(doc[fairBy]));
    for (const [owner, docs] of owners)
      dues.set(
        owner,
        docs.filter(({ _id }) => !except.has(_id)).map(({ _id }) => ({ id: _id, owner })),
      );
    const crowd = [...owners].filter(([, docs]) => docs.length >= CROWD).map(([owner]) => owner);
    if (page.length < PAGE || !crowd.length) return inTurns([...dues.values()], MOST_PER_SWEEP);
    crowds.push(...crowd);
  }
}

/** The first of each list, then the second of each, and so on. */
function inTurns<Item>(lists: Item[][], most: number): Item[] {
  const taken: Item[] = [];
  for (let round = 0; taken.length < most; round++) {
    const items = lists.flatMap((list) => list.slice(round, round + 1));
    if (!items.length) break;
    taken.push(...items);
  }
  return taken.slice(0, most);
}
