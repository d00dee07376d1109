import type { DataOf, IssueToken } from '@berth/contracts';
import { problem, type ProblemError } from '@berth/messaging';
import { isWithin } from './networks.ts';
import type { Token } from './token.model.ts';

/** What a token is held to; absent, or null: to nothing. */
export type Restrictions = Pick<Token, 'expiresAt' | 'scopes' | 'networks'>;

export const heldTo = ({
  expiresAt,
  scopes,
  networks = [],
}: Pick<DataOf<typeof IssueToken>, 'expiresAt' | 'scopes' | 'networks'>): Restrictions => ({
  expiresAt: expiresAt == null ? null : new Date(expiresAt),
  ...(scopes && { scopes }),
  ...(networks.length > 0 && { networks }),
});

/**
 * What is wanted, where it is not said as of the token it is made with: whoever has stolen that one must not get one by it that is good
 * for longer or elsewhere. A token that may make tokens has the scope `admin`, within which all others lie. Throws 400 `invalid_request`
 * for what lies beyond.
 */
export function within(maker: Restrictions, wanted: Restrictions): Restrictions {
  const { expiresAt = null, scopes = maker.scopes, networks = maker.networks } = wanted;
  if (maker.expiresAt && expiresAt && expiresAt > maker.expiresAt)
    throw wrong('/expiresAt', 'must not be later than that of the token this one is made with');
  const outside = networks?.findIndex((each) => maker.networks && !isWithin(each, maker.networks)) ?? -1;
  if (outside >= 0)
    throw wrong(`/networks/${outside}`, 'must lie in the networks of the token this one is made with');
  return {
    expiresAt: expiresAt ?? maker.expiresAt,
    ...(scopes && { scopes }),
    ...(networks && { networks }),
  };
}

export const wrong = (pointer: string, detail: string): ProblemError =>
  problem('invalid_request', { errors: [{ pointer, detail }] });
