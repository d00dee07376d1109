import type { Catalog } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { findOffer, type Offer, type Order } from '@berth/pricing';

/** Finds what is ordered. Throws 422 `unknown_offer` with one error for each field that does not fit. */
export function offerFor(catalog: Catalog, order: Order): Offer {
  const { offer, errors } = findOffer(catalog, order);
  if (errors) throw problem('unknown_offer', { errors });
  return offer;
}
