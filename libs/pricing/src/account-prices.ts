import type { AccountTerms, Price } from '@berth/contracts';
import { PriceBook, type Priced } from './price-book.ts';

/** In which currency an account is billed when, and at which prices: the catalog's, and before them those of its own. */
export class AccountPrices {
  /** By the place of their currency among those of the account; -1 before the first. */
  private readonly books = new Map<number, PriceBook>();

  /** Without terms an account is billed in the catalog's oldest currency, at its prices. */
  constructor(
    private readonly prices: readonly Price[],
    private readonly terms?: Pick<AccountTerms, 'currencies' | 'prices'>,
  ) {}

  /** The prices in the currency of that moment. A currency changes with a month, so a book holds for the whole of one. */
  bookAt(at: Date): PriceBook {
    const currencies = this.terms?.currencies ?? [];
    const place = currencies.findLastIndex(({ activeFrom }) => Date.parse(activeFrom) <= at.getTime());
    const known = this.books.get(place);
    if (known) return known;
    const next = currencies[place + 1];
    const book = new PriceBook(this.prices, {
      currency: currencies[place]?.currency,
      own: this.terms?.prices,
      until: next && new Date(next.activeFrom),
    });
    this.books.set(place, book);
    return book;
  }

  /** The price in force at that moment, in the currency of that moment, if there is one. */
  find(priced: Priced, at: Date): Price | undefined {
    return this.bookAt(at).find(priced, at);
  }
}
