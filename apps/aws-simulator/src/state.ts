import type { Instance, Volume } from './ec2/model.ts';
import type { Change, Zone } from './route53/model.ts';
import type { World } from './world.ts';

const instant = (time: number) => new Date(time).toISOString();
const dated = <Entry extends { at: number }>(history: Entry[]) =>
  history.map((entry) => ({ ...entry, at: instant(entry.at) }));

/** The truth about the simulated world, everything that ever was included; user data, which holds secrets, is not. */
export function stateOf({ clock, instances, volumes, zones, network }: World) {
  return {
    now: instant(clock.now()),
    instances: instances.table.all().map(instanceState),
    volumes: volumes.table.all().map(volumeState),
    zones: zones.table.all().map((zone) => zoneState(zone, zones.changes.all())),
    securityGroups: network.groups.all().map(({ id, region, name, tags }) => ({ id, region, name, tags })),
  };
}

export function instanceState(instance: Instance) {
  const {
    userData: _secret,
    boot,
    history,
    answered = [],
    createdAt,
    launchedAt,
    runningAt: _running,
    visibleAt: _seen,
    ...rest
  } = instance;
  return {
    ...rest,
    createdAt: instant(createdAt),
    launchedAt: instant(launchedAt),
    ready: boot?.ready ?? false,
    boot: boot && { id: boot.id, startedAt: instant(boot.startedAt), outcome: boot.outcome },
    history: dated(history),
    answered: answered.map(({ from, to, ...rest }) => ({
      ...rest,
      from: instant(from),
      to: to === undefined ? null : instant(to),
    })),
  };
}

function volumeState({ history, createdAt, visibleAt: _seen, attachment, ...rest }: Volume) {
  return {
    ...rest,
    createdAt: instant(createdAt),
    attachment: attachment && { ...attachment, attachedAt: instant(attachment.attachedAt) },
    history: dated(history),
  };
}

function zoneState(zone: Zone, all: Change[]) {
  const changes = all.filter(({ zoneId }) => zoneId === zone.id);
  return {
    id: zone.id,
    name: zone.name,
    records: Object.values(zone.records),
    published: Object.values(zone.published),
    publications: publicationsOf(changes),
    changes: changes.map(({ id, submittedAt, insyncAt, edits }) => ({
      id,
      submittedAt: instant(submittedAt),
      insyncAt: insyncAt === undefined ? null : instant(insyncAt),
      edits,
    })),
  };
}

/** What names resolved to, and from when on: every change that is INSYNC, in the order in which they became it. */
function publicationsOf(changes: Change[]) {
  return changes
    .flatMap(({ insyncAt, submittedAt, edits }) =>
      insyncAt === undefined ? [] : [{ insyncAt, submittedAt, edits }],
    )
    .sort((a, b) => a.insyncAt - b.insyncAt || a.submittedAt - b.submittedAt)
    .flatMap(({ insyncAt, edits }) =>
      edits.map(({ action, record: { name, type, values } }) => ({
        at: instant(insyncAt),
        name,
        type,
        values: action === 'DELETE' ? null : values,
      })),
    );
}
