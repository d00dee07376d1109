import { Meter, METERS, type CostGroup, type MeterCost, type Price } from '@berth/contracts';
import { amountOf } from '@berth/pricing';

/** In the meter's unit: used by now, and going to be used. */
export interface Quantity {
  used: number;
  ahead: number;
}

/** Adds up quantities by price, in integers; what they cost is worked out once, at the end. */
export class Tally {
  private readonly lines = new Map<Price, Quantity>();

  add(price: Price, { used, ahead }: Quantity): void {
    const line = this.lines.get(price);
    if (!line) this.lines.set(price, { used, ahead });
    else {
      line.used += used;
      line.ahead += ahead;
    }
  }

  addAll({ lines }: Tally): void {
    for (const [price, quantity] of lines) this.add(price, quantity);
  }

  /** What has been used by now costs that much. */
  total(): string {
    return amountsOf([...this.lines]).total;
  }

  /** The cost of all of it, and of each meter it holds anything of. */
  cost(): Omit<CostGroup, 'key'> {
    const lines = [...this.lines];
    return {
      ...amountsOf(lines),
      meters: Meter.options
        .map((meter) => [meter, lines.filter(([price]) => price.meter === meter)] as const)
        .filter(([, ofMeter]) => ofMeter.length > 0)
        .map(([meter, ofMeter]) => meterCost(meter, ofMeter)),
    };
  }
}

type Lines = (readonly [Price, Quantity])[];

const amountsOf = (lines: Lines) => ({
  total: amountOf(lines.map(([price, { used }]) => [price, used])),
  forecast: amountOf(lines.map(([price, { used, ahead }]) => [price, used + ahead])),
});

const meterCost = (meter: Meter, lines: Lines): MeterCost => ({
  meter,
  quantity: lines.reduce((sum, [, { used }]) => sum + used, 0),
  unit: METERS[meter].unit,
  ...amountsOf(lines),
});
