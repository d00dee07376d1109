import { Controller } from '@nestjs/common';
import { GetQuote, type QuoteBody } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Quotes } from './quotes.ts';

@Controller()
export class QuoteHandlers {
  constructor(private readonly quotes: Quotes) {}

  @OnRequest(GetQuote)
  quote(order: QuoteBody) {
    return this.quotes.quote(order);
  }
}
