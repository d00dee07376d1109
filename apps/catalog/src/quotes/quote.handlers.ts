import { Controller } from '@nestjs/common';
import { GetQuote, QuoteFor, type DataOf, type QuoteBody } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Quotes } from './quotes.ts';

@Controller()
export class QuoteHandlers {
  constructor(private readonly quotes: Quotes) {}

  @OnRequest(QuoteFor)
  quoteFor(order: DataOf<typeof QuoteFor>) {
    return this.quotes.quote(order);
  }

  @OnRequest(GetQuote)
  quote(order: QuoteBody) {
    return this.quotes.quote(order);
  }
}
