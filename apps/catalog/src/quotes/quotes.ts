import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { DataOf, Quote, QuoteBody, QuoteFor } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { AccountPrices, findOffer, quote } from '@berth/pricing';
import { TermsCopy } from '@berth/terms-copy';
import { Publication } from '../publication/publication.ts';

/** What a server would cost. */
@Injectable()
export class Quotes {
  constructor(
    private readonly publication: Publication,
    private readonly terms: TermsCopy,
    private readonly clock: Clock,
  ) {}

  /** On the terms of an account, or of nobody's. Throws 422 `unknown_offer` with the errors a launch of it would be refused with. */
  async quote(order: QuoteBody | DataOf<typeof QuoteFor>): Promise<Quote> {
    const catalog = await this.publication.current();
    const { errors } = findOffer(catalog, order);
    if (errors) throw problem('unknown_offer', { errors });
    const now = this.clock.now();
    const terms = 'accountId' in order ? await this.terms.of(order.accountId) : undefined;
    return quote(new AccountPrices(catalog.prices, terms).bookAt(now), order, now);
  }
}
