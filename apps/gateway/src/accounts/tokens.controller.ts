import { Controller } from '@nestjs/common';
import { IssueToken, ListTokens, RevokeToken, routes } from '@berth/contracts';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { Identities } from '../access/identities.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class TokensController {
  constructor(
    private readonly bus: Bus,
    private readonly identities: Identities,
  ) {}

  @Endpoint(routes.listTokens)
  list(@Caller() { accountId }: AnyCaller, @Given() { query }: InputOf<'listTokens'>) {
    return this.bus.ask(ListTokens, { ...query, accountId });
  }

  @Endpoint(routes.createToken)
  create(@Caller() who: AnyCaller, @Given() { body, idempotencyKey }: InputOf<'createToken'>) {
    const { accountId, userId } = who;
    return this.bus.order(IssueToken, { ...body, accountId, userId }, who, idempotencyKey);
  }

  @Endpoint(routes.revokeToken)
  async revoke(@Caller() who: AnyCaller, @Given() { params }: InputOf<'revokeToken'>) {
    try {
      await this.bus.order(RevokeToken, { accountId: who.accountId, tokenId: params.id }, who);
    } finally {
      this.identities.forgetCredential(params.id);
    }
  }
}
