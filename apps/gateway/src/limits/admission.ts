import { Injectable } from '@nestjs/common';
import type { Route } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config.ts';

/** The share of all places that may be taken when one of this kind comes in: orders leave room for reads, both for removals. */
const SHARES = { order: 0.5, read: 0.75, remove: 1 } as const;
/** Reads that are held until something happens cost next to nothing while they wait: they have places of their own. */
type Kind = keyof typeof SHARES | 'held';

/**
 * Bounds what is under way at once, for each caller and in all, before anything of a body is read. What has to wait
 * longer than its client does is work for nothing, and makes all behind it wait: beyond the bounds the answer is no, at
 * once. So memory is bounded too, by places × the largest body.
 */
@Injectable()
export class Admission {
  /** How many are under way by caller (an account, or the address of nobody's), and in all under ''. */
  private readonly underWay = { brief: new Map<string, number>(), held: new Map<string, number>() };

  constructor(private readonly config: Config) {}

  /**
   * Takes a place for this request until its connection is done with it and its handler has ended: a client that has gone
   * leaves work behind. Throws 429 `rate_limited` when the caller has too many, 503 `overloaded` when all have.
   */
  enter(route: Route, caller: string, request: FastifyRequest, reply: FastifyReply): void {
    if (route.success.events) return;
    const kind = kindOf(route);
    const counts = kind === 'held' ? this.underWay.held : this.underWay.brief;
    const share = kind === 'held' ? 1 : SHARES[kind];
    const { requestsAtOncePerAccount: mine, requestsAtOnce: all } = this.config;
    const own = counts.get(caller) ?? 0;
    // Few with much cannot take what lets somebody in who has nothing under way.
    if ((counts.get('') ?? 0) >= all * (own === 0 ? 1 : share)) throw problem('overloaded');
    if (own >= mine * share) {
      reply.header('retry-after', '1');
      throw problem('rate_limited', { detail: `${mine * share} of your requests are under way.` });
    }
    for (const key of ['', caller]) counts.set(key, (counts.get(key) ?? 0) + 1);
    request.place = new Place(() => {
      for (const key of ['', caller]) leave(counts, key);
    });
    reply.raw.once('close', request.place.hold());
  }
}

/** Free again when all who held it have let go. */
export class Place {
  private holders = 0;

  constructor(private readonly free: () => void) {}

  /** Returns what lets go; call it once. */
  hold(): () => void {
    this.holders++;
    return () => {
      if (--this.holders === 0) this.free();
    };
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent where places are not counted. */
    place?: Place;
  }
}

function kindOf({ method, held }: Route): Kind {
  if (held) return 'held';
  if (method === 'GET') return 'read';
  return method === 'DELETE' ? 'remove' : 'order';
}

function leave(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left) counts.set(key, left);
  else counts.delete(key);
}
