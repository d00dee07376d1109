import type { CatalogFile, ProductEntry } from './catalog-file.ts';
import { bootTemplateCanBeFilledIn, bootTemplateFitsUserData, filesAreTheProducts } from './boot-checks.ts';
import { repeated, type Finding } from './finding.ts';

/** gp3's largest volume (https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html). */
const MAX_DISK_GIB = 65_536;

type Check = (file: CatalogFile) => Iterable<Finding>;
type ProductCheck = (product: ProductEntry, path: PropertyKey[], file: CatalogFile) => Iterable<Finding>;

/** What holds between the parts of a catalog file, beyond the form of each; every violation is told, not only the first. */
export function inconsistencies(file: CatalogFile): Finding[] {
  return [
    ...checks.flatMap((check) => [...check(file)]),
    ...file.products.flatMap((product, index) =>
      productChecks.flatMap((check) => [...check(product, ['products', index], file)]),
    ),
  ];
}

const checks: Check[] = [idsAreUnique, zonesLieInTheirRegion];

const productChecks: ProductCheck[] = [
  versionsAreUnique,
  minSizeExists,
  imagesNameKnownRegions,
  upgradesLeadToNewerVersions,
  diskLimitsAreSane,
  healthCheckIsReachable,
  bootTemplateCanBeFilledIn,
  filesAreTheProducts,
  bootTemplateFitsUserData,
];

function* idsAreUnique(file: CatalogFile) {
  for (const list of ['regions', 'sizes', 'products'] as const) yield* repeatedIds([list], file[list]);
}

function* zonesLieInTheirRegion({ regions }: CatalogFile) {
  for (const [index, { id, zones }] of regions.entries()) {
    yield* repeated(['regions', index, 'zones'], zones);
    for (const [at, zone] of zones.entries()) {
      if (zone.startsWith(id) && zone !== id) continue;
      yield { path: ['regions', index, 'zones', at], message: `"${zone}" is not a zone of ${id}` };
    }
  }
}

function* versionsAreUnique({ versions }: ProductEntry, path: PropertyKey[]) {
  yield* repeatedIds([...path, 'versions'], versions);
}

function* minSizeExists({ minSize }: ProductEntry, path: PropertyKey[], { sizes }: CatalogFile) {
  if (sizes.some(({ id }) => id === minSize)) return;
  yield { path: [...path, 'minSize'], message: `"${minSize}" is not a size` };
}

function* imagesNameKnownRegions({ versions }: ProductEntry, path: PropertyKey[], { regions }: CatalogFile) {
  for (const [index, { images }] of versions.entries()) {
    const at = [...path, 'versions', index, 'images'];
    const named = Object.keys(images);
    if (named.length === 0) yield { path: at, message: 'needs an image in at least one region' };
    for (const region of named) {
      if (regions.some(({ id }) => id === region)) continue;
      yield { path: [...at, region], message: `"${region}" is not a region` };
    }
  }
}

/** Newest first, so a target stands above: that also rules out circles and a version that leads to itself. */
function* upgradesLeadToNewerVersions({ id: product, versions }: ProductEntry, path: PropertyKey[]) {
  for (const [index, { id, upgradesTo }] of versions.entries()) {
    const at = [...path, 'versions', index, 'upgradesTo'];
    yield* repeated(at, upgradesTo);
    for (const [position, target] of upgradesTo.entries()) {
      const place = versions.findIndex((version) => version.id === target);
      const fault =
        place === -1 ? `a version of ${product}` : `newer than ${id}: versions stand newest first`;
      if (place === -1 || place >= index) {
        yield { path: [...at, position], message: `"${target}" is not ${fault}` };
      }
    }
  }
}

function* diskLimitsAreSane({ disk: { minGib, defaultGib, maxGib } }: ProductEntry, path: PropertyKey[]) {
  if (minGib > defaultGib || defaultGib > maxGib) {
    yield { path: [...path, 'disk'], message: 'must have minGib ≤ defaultGib ≤ maxGib' };
  }
  if (maxGib > MAX_DISK_GIB) {
    yield { path: [...path, 'disk', 'maxGib'], message: `EBS makes no volume above ${MAX_DISK_GIB} GiB` };
  }
}

function* healthCheckIsReachable({ ports, health }: ProductEntry, path: PropertyKey[]) {
  yield* repeated([...path, 'ports'], ports);
  if (!ports.includes(health.port)) {
    yield { path: [...path, 'health', 'port'], message: `${health.port} is not one of the open ports` };
  }
}

const repeatedIds = (path: PropertyKey[], entries: readonly { id: string }[]) =>
  repeated(
    path,
    entries.map(({ id }) => id),
  );
