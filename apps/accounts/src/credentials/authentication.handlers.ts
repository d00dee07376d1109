import { Controller } from '@nestjs/common';
import { Authenticate, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Authentication } from './authentication.ts';

@Controller()
export class AuthenticationHandlers {
  constructor(private readonly authentication: Authentication) {}

  @OnRequest(Authenticate)
  authenticate(credential: DataOf<typeof Authenticate>) {
    return this.authentication.authenticate(credential);
  }
}
