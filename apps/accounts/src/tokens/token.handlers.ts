import { Controller } from '@nestjs/common';
import { CreateToken, IssueToken, ListTokens, RevokeToken, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Tokens } from './tokens.ts';

@Controller()
export class TokenHandlers {
  constructor(private readonly tokens: Tokens) {}

  @OnRequest(IssueToken, { idempotent: true, secret: true })
  issue(wanted: DataOf<typeof IssueToken>) {
    return this.tokens.create(wanted);
  }

  @OnRequest(CreateToken, { idempotent: true, secret: true })
  create(wanted: DataOf<typeof CreateToken>) {
    return this.tokens.create(wanted);
  }

  @OnRequest(ListTokens)
  list(page: DataOf<typeof ListTokens>) {
    return this.tokens.list(page);
  }

  @OnRequest(RevokeToken)
  revoke(token: DataOf<typeof RevokeToken>) {
    return this.tokens.revoke(token);
  }
}
