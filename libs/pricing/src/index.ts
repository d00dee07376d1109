export { AccountPrices } from './account-prices.ts';
export { amountOf, Exact, sumOf } from './amount.ts';
export { neededPrices } from './needed-prices.ts';
export { findOffer, type Offer, type Order } from './offer.ts';
export { hasBegun, MissingPrice, PriceBook, seriesOf, type Segment } from './price-book.ts';
export { quote, rateOf, serverPrice, type Configuration } from './quote.ts';
export { minorDigits, percentOf, rounded } from './rounded.ts';
