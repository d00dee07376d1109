import { Controller } from '@nestjs/common';
import { TermsChanged, type AccountTerms } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { TermsCopy } from './terms-copy.ts';

@Controller()
export class TermsHandlers {
  constructor(private readonly copy: TermsCopy) {}

  /** Kept, when they are newer than those that are here. */
  @OnEvent(TermsChanged, { inTurn: ({ accountId }) => accountId })
  changed(terms: AccountTerms) {
    return this.copy.keep(terms);
  }
}
