import { AppliedPrices, BookedPrices, NewPriceList, PriceListBody, PricePreview } from '../price-book.ts';
import { route } from './route.ts';

/** The price book, which staff keep. */
export const priceRoutes = {
  readPrices: route({
    method: 'GET',
    path: '/v1/admin/prices',
    summary: 'Read every price in force or announced, in all currencies',
    tag: 'Staff',
    permission: 'staff:read',
    success: { status: 200, body: BookedPrices },
    problems: [],
  }),
  previewPrices: route({
    method: 'POST',
    path: '/v1/admin/prices/preview',
    summary: 'See what a price list in YAML would change, and what is wrong with it; nothing is done',
    tag: 'Staff',
    permission: 'staff:read',
    reads: true,
    body: PriceListBody,
    success: { status: 200, body: PricePreview },
    problems: [],
  }),
  applyPrices: route({
    method: 'POST',
    path: '/v1/admin/prices',
    summary: 'Announce prices by a list in YAML, in place of what was announced by one before',
    tag: 'Staff',
    permission: 'staff:write',
    body: NewPriceList,
    idempotency: 'optional',
    success: { status: 200, body: AppliedPrices },
    problems: ['changed_meanwhile'],
  }),
};
