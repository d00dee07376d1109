import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { AppliedPrices, BookedPrices, DataOf, ApplyPrices, PricePreview } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { hasBegun } from '@berth/pricing';
import { faultText } from '../file/yaml-source.ts';
import { withoutPast } from '../offer/offer.ts';
import { Publication } from '../publication/publication.ts';
import { planned } from './planned.ts';
import { priceListOf } from './price-list.ts';
import { keyOf } from './price-rows.ts';

/** Where staff decide about prices. */
@Injectable()
export class PriceDesk {
  constructor(
    private readonly publication: Publication,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<BookedPrices> {
    const now = this.clock.now();
    const { catalog, filed, applied } = await this.publication.booked();
    const inFile = new Set(filed.map(keyOf));
    return {
      revision: catalog.revision,
      prices: withoutPast(catalog.prices, now).map((row) => ({
        ...row,
        source: inFile.has(keyOf(row)) ? 'file' : 'staff',
      })),
      yaml: priceListOf(applied.filter((row) => !hasBegun(row, now))),
    };
  }

  async preview(yaml: string): Promise<PricePreview> {
    const booked = await this.publication.booked();
    const { revision } = booked.catalog;
    const plan = planned(booked, yaml, this.clock.now());
    return plan.faults
      ? { revision, changes: [], faults: plan.faults }
      : { revision, changes: plan.changes, faults: [] };
  }

  /** Inside a transaction. Throws 409 `changed_meanwhile`, 400 `invalid_request`. A list that changes nothing publishes nothing. */
  async apply({ yaml, basedOnRevision }: DataOf<typeof ApplyPrices>): Promise<AppliedPrices> {
    const booked = await this.publication.booked();
    if (booked.catalog.revision !== basedOnRevision) throw problem('changed_meanwhile');
    const plan = planned(booked, yaml, this.clock.now());
    if (plan.faults) {
      const errors = plan.faults.map((fault) => ({ pointer: '/yaml', detail: faultText(fault) }));
      throw problem('invalid_request', { errors });
    }
    const { prices, applied, changes } = plan;
    if (changes.length === 0) return { revision: basedOnRevision, changes };
    return { revision: await this.publication.reprice(booked, { prices, applied }), changes };
  }
}
