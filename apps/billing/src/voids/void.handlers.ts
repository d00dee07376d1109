import { Controller } from '@nestjs/common';
import { DeclareVoid, ListVoids, WithdrawVoid, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Declarations } from './declarations.ts';

@Controller()
export class VoidHandlers {
  constructor(private readonly declarations: Declarations) {}

  @OnRequest(ListVoids)
  list(query: DataOf<typeof ListVoids>) {
    return this.declarations.list(query);
  }

  @OnRequest(DeclareVoid, { idempotent: true })
  declare(minutes: DataOf<typeof DeclareVoid>) {
    return this.declarations.declare(minutes);
  }

  @OnRequest(WithdrawVoid)
  withdraw(which: DataOf<typeof WithdrawVoid>) {
    return this.declarations.withdraw(which);
  }
}
