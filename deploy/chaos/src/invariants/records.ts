import type { Evidence } from '../evidence.ts';
import type { TrueInstance, TrueZone } from '../evidence/truth.ts';
import { groupBy } from '../evidence/api.ts';
import { aboutServer, instant } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';
import { worldOf } from './world.ts';

/** Of all servers only one that runs has a record, whether its product answers or not. */
export const records: Invariant = {
  name: 'DNS records without a server, servers without their record, records with a stale address',
  mustBe: '0',
  check(evidence) {
    const wanted = new Map(
      evidence.servers.filter(hasRecord).map((each) => [each.server.hostname, each] as const),
    );
    const findings = evidence.truth.zones.flatMap((zone) =>
      (['records', 'published'] as const).flatMap((what) => compare(zone[what], what, wanted)),
    );
    return counted(findings);
  },
};

const hasRecord = ({ server: { status, reason } }: Evidence['servers'][number]) =>
  status === 'running' || (status === 'unavailable' && reason === 'app_silent');

function compare(
  found: TrueZone['records'],
  what: string,
  wanted: ReadonlyMap<string, Evidence['servers'][number]>,
): string[] {
  const addresses = new Map(
    found.filter(({ type }) => type === 'A').map(({ name, values }) => [hostOf(name), values.join(' ')]),
  );
  const missing = [...wanted].flatMap(([host, each]) => {
    const address = addresses.get(host);
    if (address === each.server.ip) return [];
    return [aboutServer(each, `${what}: ${host} → ${each.server.ip}`, address ?? 'no record')];
  });
  const surplus = [...addresses].flatMap(([host, address]) =>
    wanted.has(host) ? [] : [`${what}: ${host} → ${address}, of no server that runs`],
  );
  return [...missing, ...surplus];
}

/**
 * Over the whole run: a name that still resolved to an address after the address had been given back, where Berth itself
 * had ordered the stop or the termination. (A host that dies gives no notice; that its record goes soon is a matter of
 * the timeline.)
 */
export const danglingRecords: Invariant = {
  name: 'names that ever resolved to an address Berth had given back',
  mustBe: '0',
  check(evidence) {
    const world = worldOf(evidence);
    const holders = groupBy(evidence.truth.instances.flatMap(holdings), ({ address }) => address);
    const findings = evidence.truth.zones.flatMap(resolutions).flatMap(({ host, address, from, to }) => {
      const late = (holders.get(address) ?? []).filter(
        (held) => held.isOrdered && held.to >= from && held.to < to,
      );
      return late.map((held) => {
        const text = `${host} resolved to ${address} until ${Number.isFinite(to) ? instant(to) : 'now'}, ${held.instanceId} had it until ${instant(held.to)}`;
        const server = world.servers.get(held.serverId);
        return server ? aboutServer(server, 'its record removed first', text) : text;
      });
    });
    return counted(findings);
  },
};

interface Holding {
  instanceId: string;
  serverId: string;
  address: string;
  to: number;
  isOrdered: boolean;
}

const ORDERED = 'Client.UserInitiatedShutdown';

/** From when to when an instance had its addresses, and whether it gave each back because it was told to stop. */
function holdings({ id, history, tags }: TrueInstance): Holding[] {
  return history.flatMap((entry, index) => {
    const before = history[index - 1];
    if (!before?.publicIp || before.publicIp === entry.publicIp) return [];
    const held = { instanceId: id, serverId: tags['berth:server-id'] ?? '', address: before.publicIp };
    return [{ ...held, to: entry.at, isOrdered: entry.cause === ORDERED }];
  });
}

interface Resolution {
  host: string;
  address: string;
  from: number;
  to: number;
}

/** What every name resolved to, and from when to when. */
function resolutions({ publications }: TrueZone): Resolution[] {
  const byName = groupBy(
    publications.filter(({ type }) => type === 'A'),
    ({ name }) => hostOf(name),
  );
  return [...byName].flatMap(([host, changes]) =>
    changes.flatMap(({ at, values }, index) => {
      const address = values?.[0];
      return address ? [{ host, address, from: at, to: changes[index + 1]?.at ?? Infinity }] : [];
    }),
  );
}

const hostOf = (name: string) => name.replace(/\.$/, '');
