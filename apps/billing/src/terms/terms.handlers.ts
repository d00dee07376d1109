import { Controller } from '@nestjs/common';
import { DecideTerms, GetTerms, SendTerms, type DataOf } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Agreements } from './agreements.ts';
import { Terms } from './terms.ts';

@Controller()
export class TermsHandlers {
  constructor(
    private readonly terms: Terms,
    private readonly agreements: Agreements,
  ) {}

  @OnRequest(GetTerms)
  get({ accountId }: DataOf<typeof GetTerms>) {
    return this.terms.shown(accountId);
  }

  @OnRequest(DecideTerms, { idempotent: true })
  decide(terms: DataOf<typeof DecideTerms>) {
    return this.agreements.decide(terms);
  }

  /** Publishes the terms of every account that has some. */
  @OnCommand(SendTerms)
  sendAll(order: DataOf<typeof SendTerms>) {
    return this.agreements.sendAll(order);
  }
}
