import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as contracts from '@berth/contracts';
import { STAFF_ACCOUNT_ID, type AnyPrincipal, type RequestContract } from '@berth/contracts';
import { SignJWT } from 'jose';
import type { Said } from './recording.ts';

const requests = Object.values<unknown>(contracts).filter(
  (each): each is RequestContract =>
    typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'request',
);

/** Nobody in particular. */
const SOMEBODY = 'usr_00000000000000000000000000';

export const PASSPORT_HEADER = 'berth-passport';

/** Signs passports, as libs/messaging does, for whoever asked when a recording was made: those that came with the requests are over. */
export class RecordedPassports {
  private readonly key: KeyObject;
  private readonly keyId: string;

  /** `key` is BERTH_PASSPORT_KEY. */
  constructor(key: string) {
    this.key = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.key).export({ format: 'der', type: 'spki' });
    this.keyId = createHash('sha256').update(spki).digest('base64url').slice(0, 16);
  }

  /** For a request whose body is this now; undefined when it takes none. */
  async for({ type, to, actor }: Said, body: unknown): Promise<string | undefined> {
    const contract = requests.find((each) => each.type === type);
    if (!contract || contract.permissions.includes('public')) return undefined;
    return new SignJWT({ ...askerOf(contract, actor, body as Named) })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'berth-passport+jwt', kid: this.keyId })
      .setIssuer('berth/accounts')
      .setAudience(to)
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(this.key);
  }
}

type Named = Partial<Pick<AnyPrincipal, 'accountId' | 'userId' | 'sessionId' | 'actor'>>;

function askerOf({ permissions }: RequestContract, actor: Said['actor'], body: Named): AnyPrincipal {
  const userId = body.userId ?? SOMEBODY;
  const who = {
    userId,
    sessionId: body.sessionId,
    actor: body.actor ?? (actor as Named['actor']) ?? { kind: 'user', id: userId },
  };
  return permissions.every(contracts.isForStaff)
    ? { ...who, role: 'staff', accountId: STAFF_ACCOUNT_ID }
    : { ...who, role: 'owner', accountId: body.accountId ?? STAFF_ACCOUNT_ID };
}
