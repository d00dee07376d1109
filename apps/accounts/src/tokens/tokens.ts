import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  type Actor,
  type ApiToken,
  type DataOf,
  type IssueToken,
  type ListTokens,
  type ReplyOf,
  type RevokeToken,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isId, newId, pageOf, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { digestOf, hintOf, newCredential } from '../credentials/credential.ts';
import { endCredentials } from '../credentials/end-credentials.ts';
import type { Identity } from '../credentials/identity.ts';
import { noteUse } from '../credentials/last-use.ts';
import { heldTo, within, wrong } from './restrictions.ts';
import { TokenModel, type Token } from './token.model.ts';

/** API tokens: credentials for programs, with the role of the user who made them or with some of its scopes. */
@Injectable()
export class Tokens {
  constructor(
    @InjectModel(TokenModel.name) private readonly tokens: Model<Token>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The secret is in this answer and nowhere else. One that is made with a token may do, lasts and comes from no more than that one.
   * Throws 400 `invalid_request` when it would be expired from the start, or is to go beyond the token it is made with.
   */
  async create(
    { accountId, userId, name, ...wanted }: DataOf<typeof IssueToken>,
    actor?: Actor,
  ): Promise<ReplyOf<typeof IssueToken>> {
    const createdAt = this.clock.now();
    const given = heldTo(wanted);
    if (given.expiresAt && given.expiresAt <= createdAt) throw wrong('/expiresAt', 'must lie in the future');
    const maker = actor?.kind === 'token' ? await this.maker(accountId, actor.id) : null;
    const { expiresAt, scopes, networks } = maker ? within(maker, given) : given;
    const token = newCredential('token');
    const created: Token = {
      _id: newId('tok'),
      accountId,
      userId,
      name,
      digest: digestOf(token),
      hint: hintOf(token),
      createdAt,
      lastUsedAt: null,
      expiresAt,
      ...(scopes && { scopes: [...new Set(scopes)] }),
      ...(networks && { networks: [...new Set(networks)] }),
    };
    await this.tokens.create(created);
    return { ...shown(created), token };
  }

  /** The token that another one is made with. Throws 401 `unauthenticated` when it has been revoked meanwhile. */
  private async maker(accountId: string, _id: string): Promise<Token> {
    const maker = await this.tokens.findOne({ _id, accountId }).lean<Token | null>();
    if (!maker) throw problem('unauthenticated');
    return maker;
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({ accountId, cursor, limit }: DataOf<typeof ListTokens>): Promise<ReplyOf<typeof ListTokens>> {
    if (cursor !== undefined && !isId('tok', cursor)) throw problem('invalid_cursor');
    const found = await this.tokens
      .find({ accountId, ...(cursor !== undefined && { _id: { $lt: cursor } }) })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean();
    return pageOf(found, limit, { item: shown, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`, for another account's token as well. */
  async revoke({ accountId, tokenId }: DataOf<typeof RevokeToken>): Promise<ReplyOf<typeof RevokeToken>> {
    const revoked = await this.transactions.run(() =>
      endCredentials(this.tokens, { _id: tokenId, accountId }, this.outbox),
    );
    if (revoked === 0) throw problem('not_found');
    return {};
  }

  /** Revokes a user's tokens of one account. Inside a transaction. */
  async endIn(accountId: string, userId: string): Promise<void> {
    await endCredentials(this.tokens, { accountId, userId }, this.outbox);
  }

  /** Revokes a user's tokens of all accounts. Inside a transaction. */
  async endAll(userId: string): Promise<void> {
    await endCredentials(this.tokens, { userId }, this.outbox);
  }

  /** Revokes what is left of an account that is deleted: nobody's, and void already. */
  async removeAllOf(accountId: string): Promise<void> {
    await this.tokens.deleteMany({ accountId });
  }

  /** Who a token speaks for; null when there is none such, or no longer. Notes that it was used. */
  async identityOf(credential: string): Promise<Identity | null> {
    const token = await this.tokens
      .findOne({ digest: digestOf(credential) })
      .setOptions({ crossTenant: true })
      .lean();
    const now = this.clock.now();
    if (!token || (token.expiresAt && token.expiresAt <= now)) return null;
    await noteUse(this.tokens, token, now);
    const { _id: id, accountId, userId, expiresAt, scopes, networks } = token;
    const restrictions = { ...(scopes && { scopes }), ...(networks && { networks }) };
    return { who: { accountId, userId, actor: { kind: 'token', id }, ...restrictions }, expiresAt };
  }
}

const shown = ({
  _id: id,
  name,
  hint,
  createdAt,
  lastUsedAt,
  expiresAt,
  scopes,
  networks,
}: Token): ApiToken => ({
  id,
  name,
  hint,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  expiresAt: expiresAt?.toISOString() ?? null,
  scopes: scopes ?? null,
  networks: networks ?? [],
});
