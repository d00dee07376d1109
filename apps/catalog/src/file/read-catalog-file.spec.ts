import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Catalog } from '@berth/contracts';
import { InvalidCatalogFile, parseCatalog, readCatalogFile } from './read-catalog-file.ts';

const now = new Date('2026-11-22T10:00:00Z');
const sampleFile = fileURLToPath(new URL('../../../../deploy/catalog.yaml', import.meta.url));
const sample = readFileSync(sampleFile, 'utf8');

/** Two regions, two sizes, one product with two versions; each line says what the specs change in it. */
const small = `
regions:
  - { id: eu-central-1, name: Frankfurt, zones: [eu-central-1a, eu-central-1b] }
  - { id: us-east-1, name: Virginia, zones: [us-east-1a] }
sizes:
  - { id: small, name: Small, instanceType: t3.small, vcpu: 2, memoryGib: 2 }
  - { id: large, name: Large, instanceType: m7i.large, vcpu: 2, memoryGib: 8 }
prices:
  - { region: eu-central-1, currency: USD, activeFrom: 2026-01-01T00:00:00Z, compute: { small: '0.001', large: '0.004' }, disk: '0.000003' }
  - { region: us-east-1, currency: USD, activeFrom: 2026-01-01T00:00:00Z, compute: { small: '0.002', large: '0.005' }, disk: '0.000002' }
products:
  - id: web
    name: Web
    description: A web server
    versions:
      - { id: '2', images: { eu-central-1: ami-0123456789abcdef0, us-east-1: ami-0123456789abcdef1 }, upgradesTo: [] }
      - { id: '1', images: { eu-central-1: ami-0123456789abcdef2 }, upgradesTo: ['2'] }
    minSize: small
    disk: { minGib: 8, defaultGib: 10, maxGib: 100 }
    ports: [80]
    health: { scheme: http, port: 80, path: /healthz }
    boot:
      dataPath: /srv/web
      files: [{ path: /etc/web.conf, content: 'name={{serverName}}' }]
      start: ['systemctl restart web-{{version}}']
      bootTimeoutSeconds: 300
`;

const parse = (text: string) => parseCatalog('shop.yaml', text, now);

function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InvalidCatalogFile) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the sample catalog', () => {
  test('is one that can be published', async () => {
    const content = await readCatalogFile(sampleFile, now);
    expect(Catalog.parse({ ...content, revision: 1 })).toMatchObject(content);
  });

  test('offers the spatial integration server in three versions, five sizes and three regions, and a web server', async () => {
    const { products, sizes, regions } = await readCatalogFile(sampleFile, now);
    const spatial = products.find(({ id }) => id === 'spatial-integration');
    const least = sizes.findIndex(({ id }) => id === spatial?.minSize);
    expect(spatial?.versions).toHaveLength(3);
    expect(sizes.slice(least)).toHaveLength(5);
    for (const { images } of spatial?.versions ?? [])
      expect(Object.keys(images)).toEqual(regions.map(({ id }) => id));
    expect(products.map(({ id }) => id)).toContain('web');
  });

  test('starts its products with commands that bash can read', async () => {
    const { products } = await readCatalogFile(sampleFile, now);
    for (const { boot } of products) {
      expect(() => execFileSync('bash', ['-n'], { input: boot.start.join('\n') })).not.toThrow();
    }
  });
});

describe('the digest', () => {
  test('does not change with comments, the order of keys and lists of prices, or the notation of a date', () => {
    const rewritten = small
      .replace('products:', '# what we sell\nproducts:')
      .replace('{ minGib: 8, defaultGib: 10, maxGib: 100 }', '{ maxGib: 100, minGib: 8, defaultGib: 10 }')
      .replace('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z');
    expect(rewritten).not.toBe(small);
    expect(parse(rewritten).digest).toBe(parse(small).digest);
  });

  test.each([
    ['a price', "small: '0.001'", "small: '0.0011'"],
    ['an image', 'ami-0123456789abcdef2', 'ami-0123456789abcdef3'],
    ['a command', 'restart', 'start'],
    ['the order of zones', '[eu-central-1a, eu-central-1b]', '[eu-central-1b, eu-central-1a]'],
  ])('changes with %s', (_what, from, to) => {
    expect(parse(small.replace(from, to)).digest).not.toBe(parse(small).digest);
  });
});

test('sizes are ranked as they stand in the file', () => {
  expect(parse(small).sizes.map(({ id, rank }) => [id, rank])).toEqual([
    ['small', 0],
    ['large', 1],
  ]);
});

describe('a file is refused with line, key and reason', () => {
  test.each([
    [
      'a typo in a key',
      'ports: [80]',
      'port: [80]',
      /^ {2}shop\.yaml:\d+: products\[0\]: Unrecognized key: "port"$/m,
    ],
    [
      'a missing key',
      '    minSize: small\n',
      '',
      /^ {2}shop\.yaml:12: products\[0\]\.minSize: .*expected string/m,
    ],
    [
      'a price that is a float',
      "'0.001'",
      '0.001',
      /^ {2}shop\.yaml:9: prices\[0\]\.compute\.small: .*in quotes/m,
    ],
    ['a price of nothing', "'0.001'", "'0.000'", /prices\[0\]\.compute\.small: must be more than zero/],
    [
      'a price from within a minute',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:30Z',
      /activeFrom: must be a whole UTC minute/,
    ],
    ['a size twice', 'id: large', 'id: small', /sizes\[1\]: "small" stands here twice/],
    ['a version twice', "id: '1'", "id: '2'", /versions\[1\]: "2" stands here twice/],
    [
      'a zone of another region',
      '[us-east-1a]',
      '[us-west-2a]',
      /regions\[1\]\.zones\[0\]: "us-west-2a" is not a zone of us-east-1/,
    ],
    [
      'an unknown least size',
      'minSize: small',
      'minSize: tiny',
      /products\[0\]\.minSize: "tiny" is not a size/,
    ],
    [
      'an image in an unknown region',
      'us-east-1: ami',
      'us-west-9: ami',
      /images\.us-west-9: "us-west-9" is not a region/,
    ],
    [
      'a version without an image',
      '{ eu-central-1: ami-0123456789abcdef2 }',
      '{}',
      /versions\[1\]\.images: needs an image/,
    ],
    [
      'an upgrade to nowhere',
      "upgradesTo: ['2']",
      "upgradesTo: ['3']",
      /shop\.yaml:17: .*upgradesTo\[0\]: "3" is not a version of web/,
    ],
    ['an upgrade to itself', "upgradesTo: ['2']", "upgradesTo: ['1']", /"1" is not newer than 1/],
    ['a downgrade', 'upgradesTo: []', "upgradesTo: ['1']", /"1" is not newer than 2/],
    [
      'a default disk below the least',
      'minGib: 8',
      'minGib: 20',
      /products\[0\]\.disk: must have minGib ≤ defaultGib ≤ maxGib/,
    ],
    [
      'a disk EBS does not make',
      'maxGib: 100',
      'maxGib: 70000',
      /disk\.maxGib: EBS makes no volume above 65536/,
    ],
    [
      'a health check on a closed port',
      'port: 80',
      'port: 8080',
      /health\.port: 8080 is not one of the open ports/,
    ],
    [
      'a placeholder in a path',
      '/etc/web.conf',
      "'/etc/web-{{version}}.conf'",
      /files\[0\]\.path: {{version}} is not a placeholder; here there are none/,
    ],
    [
      'an unknown placeholder',
      '{{version}}',
      '{{flavour}}',
      /boot\.start\[0\]: {{flavour}} is not a placeholder/,
    ],
    [
      'a file of the agent’s',
      '/etc/web.conf',
      '/etc/berth/agent.json',
      /files\[0\]\.path: \/etc\/berth\/ is Berth's own/,
    ],
    [
      'a template too large for user data',
      'name={{serverName}}',
      'x'.repeat(9000),
      /products\[0\]\.boot: is 90\d\d bytes/,
    ],
    [
      'a size without a price',
      ", large: '0.005'",
      '',
      /prices: compute of large in us-east-1 \(USD\) has no price in force/,
    ],
    [
      'a region without a disk price',
      ", disk: '0.000002'",
      '',
      /prices: disk in us-east-1 \(USD\) has no price in force/,
    ],
    [
      'a first price to come',
      '2026-01-01',
      '2027-01-01',
      /compute of small in eu-central-1 \(USD\) has no price in force/,
    ],
    [
      'a price for an unknown size',
      "small: '0.001'",
      "smal: '0.001'",
      /prices\[0\]\.compute\.smal: "smal" is not a size/,
    ],
    [
      'a price for an unknown region',
      '{ region: us-east-1',
      '{ region: us-east-2',
      /prices\[1\]\.region: "us-east-2" is not a region/,
    ],
    [
      'two prices at once',
      '{ region: us-east-1',
      '{ region: eu-central-1',
      /prices\[1\]\.compute\.small: .* is priced twice/,
    ],
    ['what is no YAML', 'ports: [80]', 'ports: [80', /^ {2}shop\.yaml:\d+: /m],
    ['nothing', small, '', /shop\.yaml:1: .*expected object/],
  ])('%s', (_what, from, to, reason) => {
    expect(small).toContain(from);
    expect(refusal(small.replace(from, to))).toMatch(reason);
  });

  test('all that is wrong is told at once', () => {
    const broken = small.replace('minSize: small', 'minSize: tiny').replace('{{version}}', '{{flavour}}');
    expect(refusal(broken).split('\n')).toHaveLength(3);
  });

  test('a file that is not there', async () => {
    await expect(readCatalogFile('/nowhere/shop.yaml', now)).rejects.toThrow(
      /\/nowhere\/shop\.yaml cannot be used.*ENOENT/s,
    );
  });

  test('aliases that unfold without end', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      bomb.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    expect(refusal(bomb.join('\n'))).toMatch(/shop\.yaml.*alias/s);
  });
});

test('comments of the sample that show a price change show a valid one', () => {
  const shown = /^#\s+(- \{ region: .*\})$/m.exec(sample)?.[1];
  expect(shown).toBeDefined();
  const { prices } = parse(sample.replace(/^prices:$/m, `prices:\n  ${shown}`));
  expect(
    prices.filter(
      ({ size, region, currency }) => size === 'micro' && region === 'us-east-1' && currency === 'USD',
    ),
  ).toHaveLength(2);
});
