import type { LaunchServerBody } from '@berth/contracts';
import type { Random } from '../random.ts';

const REGIONS = ['eu-central-1', 'us-east-1', 'ca-central-1'];
const WEB = {
  product: 'web',
  versions: ['1.26', '1.22'],
  sizes: ['micro', 'small', 'medium'],
  disk: [8, 40],
};
const SPATIAL = {
  product: 'spatial-integration',
  versions: ['2026.1', '2025.2', '2025.1'],
  sizes: ['small', 'medium', 'large'],
  disk: [20, 100],
};
/** Host names that several want, some of them again after they were given back. */
const WANTED_BY_MANY = 6;

/** The tag by which a server is found again, whatever became of the answer to its launch. */
export const LIFE_TAG = 'chaos';

/** What a customer launches. */
export function launchWish(life: string, random: Random): LaunchServerBody {
  const { product, versions, sizes, disk } = random.happens(0.8) ? WEB : SPATIAL;
  const region = random.pick(REGIONS);
  const [least = 8, most = 40] = disk;
  const name = `Chaos ${life}`;
  const shared = `popular-${random.integer(1, WANTED_BY_MANY)}`;
  return {
    name,
    product,
    version: random.pick(versions),
    size: random.pick(sizes),
    region,
    diskGib: random.integer(least, most),
    ...(random.happens(0.3) && { zone: `${region}${random.pick(['a', 'b', 'c'])}` }),
    ...(random.happens(0.1) && { hostname: shared }),
    tags: { [LIFE_TAG]: life },
  };
}

/** How a failed launch is tried again: as it was, elsewhere, or smaller. */
export function retryWish(region: string, random: Random): object {
  return random.pick([{}, { zone: `${region}${random.pick(['a', 'b', 'c'])}` }, { size: 'small' }]);
}
