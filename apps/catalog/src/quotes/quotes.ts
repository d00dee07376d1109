import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { Quote, QuoteBody } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { findOffer, PriceBook, quote } from '@berth/pricing';
import { Publication } from '../publication/publication.ts';

/** What a server would cost. */
@Injectable()
export class Quotes {
  constructor(
    private readonly publication: Publication,
    private readonly clock: Clock,
  ) {}

  /** Throws 422 `unknown_offer` with the errors a launch of it would be refused with. */
  async quote(order: QuoteBody): Promise<Quote> {
    const catalog = await this.publication.current();
    const { errors } = findOffer(catalog, order);
    if (errors) throw problem('unknown_offer', { errors });
    return quote(new PriceBook(catalog.prices), order, this.clock.now());
  }
}
