import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, RecordAuditEvent } from '@berth/contracts';
import type { Model } from 'mongoose';
import { TokenModel, type Token } from '../tokens/token.model.ts';
import { UserModel, type User } from '../users/user.model.ts';

type Deed = Pick<DataOf<typeof RecordAuditEvent>, 'accountId' | 'actor'>;

/** What those who act are called. The trail keeps it: people leave, and tokens are revoked. */
@Injectable()
export class ActorNames {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    @InjectModel(TokenModel.name) private readonly tokens: Model<Token>,
  ) {}

  /** Null for servers and Berth itself, and for who is gone already. */
  async of(deed: Deed): Promise<string | null> {
    const [name = null] = await this.ofAll([deed]);
    return name;
  }

  /** The same of many, in their order. */
  async ofAll(deeds: readonly Deed[]): Promise<(string | null)[]> {
    const tokens = await this.tokensOf(deeds.filter(({ actor }) => actor.kind === 'token'));
    const users = await this.usersOf(deeds.filter(({ actor }) => actor.kind !== 'token'));
    return deeds.map(({ accountId, actor: { kind, id, userId } }) => {
      if (kind === 'token') return tokens.get(`${accountId} ${id}`) ?? null;
      const name = users.get(userId ?? '');
      return name === undefined ? null : shownName(kind, name);
    });
  }

  private async tokensOf(deeds: readonly Deed[]): Promise<Map<string, string>> {
    if (deeds.length === 0) return new Map();
    const _id = { $in: deeds.map(({ actor }) => actor.id) };
    const found = await this.tokens
      .find({ _id }, { accountId: 1, name: 1 })
      .setOptions({ crossTenant: true })
      .lean<Token[]>();
    return new Map(found.map((token) => [`${token.accountId} ${token._id}`, token.name]));
  }

  private async usersOf(deeds: readonly Deed[]): Promise<Map<string, string>> {
    const ids = deeds.flatMap(({ actor: { userId } }) => userId ?? []);
    if (ids.length === 0) return new Map();
    const found = await this.users.find({ _id: { $in: ids } }, { name: 1 }).lean<User[]>();
    return new Map(found.map(({ _id, name }) => [_id, name]));
  }
}

/** Staff who were added without a name are called by their address, which is no customer's business. */
export const shownName = (kind: Deed['actor']['kind'], name: string): string =>
  kind === 'staff' ? name.replace(/@.*/, '') : name;
