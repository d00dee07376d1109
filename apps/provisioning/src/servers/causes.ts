import type { Actor } from '@berth/contracts';
import type { Cause } from '@berth/lifecycle';

export const actorCause = (actor: Actor, did: string): Cause => ({
  kind: 'actor',
  id: actor.id,
  text: `${did} by ${actor.id}`,
});

/** `id`: of the message that told. */
export const observationCause = (id: string, text: string): Cause => ({ kind: 'observation', id, text });
