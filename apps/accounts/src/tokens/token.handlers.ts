import { Controller } from '@nestjs/common';
import { CreateToken, IssueToken, ListTokens, RevokeToken, type DataOf } from '@berth/contracts';
import { OnRequest, type MessageContext } from '@berth/messaging';
import { Tokens } from './tokens.ts';

@Controller()
export class TokenHandlers {
  constructor(private readonly tokens: Tokens) {}

  @OnRequest(IssueToken, { idempotent: true, secret: true })
  issue(wanted: DataOf<typeof IssueToken>, { actor }: MessageContext) {
    return this.tokens.create(wanted, actor);
  }

  @OnRequest(CreateToken, { idempotent: true, secret: true })
  create(wanted: DataOf<typeof CreateToken>, { actor }: MessageContext) {
    return this.tokens.create(wanted, actor);
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
