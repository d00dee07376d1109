import { elapsed, fact, type Fact } from '@berth/lifecycle';
import { operationInProgress, type ServerDocument } from './server.model.ts';

type Server = Readonly<ServerDocument>;
const of = (holds: (server: Server) => boolean): Fact<ServerDocument> => fact(holds);

/** A product that has not answered for so long is said to be silent. */
const SILENCE_SECONDS = 60;
/** After a reboot an answer may still be the old boot's, unless silence was seen or so much time has passed. */
const REBOOT_SECONDS = 60;

const isGone = ({ instance }: Server) =>
  instance !== null && ['shutting-down', 'terminated', 'absent'].includes(instance.state);
const isStopping = ({ instance }: Server) =>
  instance !== null && ['stopping', 'stopped'].includes(instance.state);
const isSpotInterruption = ({ instance }: Server) => instance?.reasonCode?.startsWith('Server.Spot') ?? false;
const hasOrder = (server: Server, type: string) => operationInProgress(server)?.type === type;

/** Health as probed at the address of the current start, or nothing. */
function currentHealth({ health, instance }: Server) {
  if (!health || instance?.state !== 'running') return null;
  const same =
    health.instanceId === instance.id &&
    health.ip === instance.ip &&
    health.launchedAt?.getTime() === instance.launchedAt?.getTime();
  return same ? health : null;
}

const lastingReboot = elapsed<ServerDocument>(REBOOT_SECONDS, ({ start }) => start.at);
const healthy: Fact<ServerDocument> = {
  holds: (server, now) =>
    currentHealth(server)?.healthy === true &&
    (server.start.kind !== 'restart' || server.start.sawUnhealthy || lastingReboot.holds(server, now)),
  dueAt: (server) =>
    server.start.kind === 'restart' && currentHealth(server)?.healthy ? lastingReboot.dueAt(server) : null,
};

/** What the agent says of the current start: a boot not seen before it, in a report numbered above all before it. */
function agentOfThisStart({ agent, start, instance }: Server) {
  if (!agent || agent.instanceId !== instance?.id) return null;
  return agent.bootId !== start.bootIdBefore && agent.counter > start.counterBefore ? agent : null;
}

const recordInSync = ({ record, instance }: Server) =>
  record !== null && record.inSync && record.ip !== null && record.ip === instance?.ip;

const isAddressKnown = ({ instance }: Server) => instance?.state === 'running' && instance.ip !== null;

const isRecordAbsent = ({ record }: Server) => record === null || (record.ip === null && record.inSync);

/** What the lifecycle table asks of a server: predicates over what is stored, nothing else. */
export const serverFacts = {
  // Wishes and orders
  terminateWanted: of(({ wish }) => wish.power === 'terminated'),
  pauseWanted: of((server) => server.wish.power === 'paused' && !isGone(server)),
  // The same, said as the reason.
  budgetExceeded: of(
    (server) => server.wish.power === 'paused' && server.wish.reason === 'budget' && !isGone(server),
  ),
  resumeWanted: of((server) => hasOrder(server, 'resume')),
  restartWanted: of((server) => hasOrder(server, 'restart') && server.rebootedFor !== server.operation?._id),
  // The order of a failed server's second launch; the first one's has ended with the failure.
  retryWanted: of((server) => hasOrder(server, 'launch')),
  resumeGivenUp: of((server) => server.everRan && server.wish.power === 'paused'),

  // Making it
  launchPrepared: of(({ launch }) => launch !== null),
  launchRefused: of(({ refusal }) => refusal !== null),
  launchResolved: of(({ launch }) => !launch?.unresolved || launch.neverSent === true),
  noCapacity: of(({ capacity }) => capacity !== null),
  capacityFound: of(({ capacity }) => capacity === null),
  neverRan: of(({ everRan }) => !everRan),

  // The instance as observed
  instanceKnown: of(({ instance }) => instance !== null),
  addressKnown: of(isAddressKnown),
  addressChanged: of(
    ({ instance, record }) =>
      instance?.state === 'running' &&
      instance.ip !== null &&
      record?.ip != null &&
      record.ip !== instance.ip,
  ),
  instanceStopping: of(isStopping),
  instanceStopped: of(({ instance }) => instance?.state === 'stopped'),
  startedUnasked: of(({ instance }) => instance !== null && ['pending', 'running'].includes(instance.state)),
  instanceGone: of(isGone),
  instanceTerminated: of(
    ({ instance }) => instance === null || ['terminated', 'absent'].includes(instance.state),
  ),
  lostBeforeFirstRun: of((server) => !server.everRan && (isGone(server) || isStopping(server))),
  hostLost: of((server) => isGone(server) && !isSpotInterruption(server) && server.reason !== 'host_failed'),
  interrupted: of(
    (server) => isGone(server) && isSpotInterruption(server) && server.reason !== 'interrupted',
  ),

  // The product on it
  appReady: {
    holds: (server: Server, now: Date) =>
      agentOfThisStart(server)?.phase === 'ready' || healthy.holds(server, now),
    dueAt: healthy.dueAt,
  } as Fact<ServerDocument>,
  silent: elapsed<ServerDocument>(SILENCE_SECONDS, (server) => {
    const health = currentHealth(server);
    if (!health || health.healthy) return null;
    return health.since > server.enteredAt ? health.since : server.enteredAt;
  }),
  // Nobody is told that it runs as long as its name leads nowhere.
  reachable: {
    holds: (server: Server, now: Date) => healthy.holds(server, now) && recordInSync(server),
    dueAt: healthy.dueAt,
  } as Fact<ServerDocument>,
  bootFailed: of((server) => agentOfThisStart(server)?.phase === 'failed'),
  bootFailedAtFirst: of((server) => !server.everRan && agentOfThisStart(server)?.phase === 'failed'),
  rebooted: of((server) => !hasOrder(server, 'restart') || server.rebootedFor === server.operation?._id),

  // The record and what is left behind
  recordInSync: of(recordInSync),
  recordAbsent: of(isRecordAbsent),
  recordFollows: of((server) => !isAddressKnown(server) || recordInSync(server)),
  // A lost host's address may be somebody else's any moment.
  recordNotDangling: of((server) => !isGone(server) || isRecordAbsent(server)),
  recordRefusedAtFirst: of(({ everRan, record }) => !everRan && record?.refused != null),
  disksDeleted: of(({ disks, instance }) => instance === null || disks.goneAt !== null),
  released: of(({ releasedAt }) => releasedAt !== null),
};

export type ServerFact = keyof typeof serverFacts;
