import { Meter, METERS, type Price } from '@berth/contracts';

type Needed = Pick<Price, 'meter' | 'size'>;

/** What has to have a price in every region that offers these sizes: all that may be used. */
export const neededPrices = (sizes: readonly { id: string }[]): Needed[] =>
  Meter.options
    .filter((meter) => METERS[meter].isSent)
    .flatMap((meter): Needed[] =>
      METERS[meter].bySize ? sizes.map(({ id: size }) => ({ meter, size })) : [{ meter, size: null }],
    );
