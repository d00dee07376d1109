import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, RecordAuditEvent } from '@berth/contracts';
import type { Model } from 'mongoose';
import { TokenModel, type Token } from '../tokens/token.model.ts';
import { UserModel, type User } from '../users/user.model.ts';

/** What those who act are called. The trail keeps it: people leave, and tokens are revoked. */
@Injectable()
export class ActorNames {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    @InjectModel(TokenModel.name) private readonly tokens: Model<Token>,
  ) {}

  /** Null for servers and Berth itself, and for who is gone already. */
  async of(
    accountId: string,
    { kind, id, userId }: DataOf<typeof RecordAuditEvent>['actor'],
  ): Promise<string | null> {
    const named =
      kind === 'token'
        ? await this.tokens.findOne({ _id: id, accountId }, { name: 1 }).lean<Token | null>()
        : userId && (await this.users.findOne({ _id: userId }, { name: 1 }).lean<User | null>());
    if (!named) return null;
    // Staff who were added without a name are called by their address, which is no customer's business.
    return kind === 'staff' ? named.name.replace(/@.*/, '') : named.name;
  }
}
