import { Injectable } from '@nestjs/common';
import type { StuckPlace, StuckThing } from '@berth/contracts';
import { problem } from './errors.ts';

/** One kind of things that may be stuck, by who keeps them. */
export interface StuckSource {
  /** In the order of `stuckSince`, then id: those after the place, at most so many. */
  list(page: { after?: StuckPlace | undefined; limit: number }): Promise<StuckThing[]>;
  /** Takes it up at once, and says how it is then; null when no such thing is stuck here (any more). */
  nudge(id: string): Promise<StuckThing | null>;
}

/** All that does not get on in this service, for staff. */
@Injectable()
export class Stuck {
  private readonly sources: StuckSource[] = [];

  add(source: StuckSource): void {
    this.sources.push(source);
  }

  async list(page: { after?: StuckPlace | undefined; limit: number }): Promise<StuckThing[]> {
    const found = await Promise.all(this.sources.map((source) => source.list(page)));
    return found.flat().sort(inOrder).slice(0, page.limit);
  }

  /** Throws 404 `not_found`. */
  async nudge(id: string): Promise<StuckThing> {
    for (const source of this.sources) {
      const thing = await source.nudge(id);
      if (thing) return thing;
    }
    throw problem('not_found');
  }
}

const inOrder = (a: StuckThing, b: StuckThing) =>
  a.stuckSince.localeCompare(b.stuckSince) || a.id.localeCompare(b.id);
