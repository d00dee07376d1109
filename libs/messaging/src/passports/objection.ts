import { isForStaff, refusalOf, type Actor, type RequestContract } from '@berth/contracts';
import type { MessageContext } from '../context.ts';
import type { Bearer } from './passport.ts';

/** `insufficient`: they lack the permission. `names_another`: it is asked in the name, or about what is, somebody else's. */
export type Objection = 'insufficient' | 'names_another';

/** Why somebody may not ask this; null when they may. */
export function objectionTo(
  { permissions, namesOthers }: RequestContract,
  bearer: Bearer,
  data: unknown,
  context: Pick<MessageContext, 'accountId' | 'actor'>,
): Objection | null {
  const granted = permissions.filter((each) => each !== 'public' && refusalOf(bearer, each) === null);
  if (granted.length === 0) return 'insufficient';
  const own = { ...bearer, accountId: granted.some(isForStaff) ? undefined : bearer.accountId };
  const named = Object.entries(typeof data === 'object' && data !== null ? data : {});
  const inBody = named.every(([field, value]) => namesOthers.includes(field) || isOwn(own, field, value));
  const inEnvelope = Object.entries({ accountId: context.accountId, actor: context.actor });
  return inBody && inEnvelope.every(([field, value]) => isOwn(own, field, value)) ? null : 'names_another';
}

/** Of a caller who may ask about every account, `accountId` is undefined here. */
type Own = Omit<Bearer, 'accountId'> & { accountId: string | undefined };

function isOwn(own: Own, field: string, value: unknown): boolean {
  if (value === undefined) return true;
  switch (field) {
    case 'accountId':
      return own.accountId === undefined || value === own.accountId;
    case 'userId':
      return value === own.userId;
    case 'sessionId':
      return value === own.sessionId;
    case 'actor':
      return isSameActor(value as Actor, own.actor);
    default:
      return true;
  }
}

const isSameActor = (one: Actor, other: Actor) => one.kind === other.kind && one.id === other.id;
