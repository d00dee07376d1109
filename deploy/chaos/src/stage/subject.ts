import {
  AgentReported,
  HealthObserved,
  InstanceObserved,
  SERVER_EVENTS,
  ServerChanged,
  UsageRecorded,
} from '@berth/contracts';

type Data = Record<string, unknown>;

const transition = ({ serverId, sequence }: Data) => `${String(serverId)}/${String(sequence)}`;

/** What numbers of its own a message has: two with the same ones must be copies of one. */
const SUBJECTS: Readonly<Record<string, (data: Data) => string>> = {
  ...Object.fromEntries(Object.values(SERVER_EVENTS).map(({ type }) => [type, transition])),
  [ServerChanged.type]: ({ server, revision }) =>
    `${(server as { id: string }).id}/change/${String(revision)}`,
  [InstanceObserved.type]: ({ instanceId, revision }) => `${String(instanceId)}/${String(revision)}`,
  [HealthObserved.type]: ({ serverId, revision }) => `${String(serverId)}/health/${String(revision)}`,
  [AgentReported.type]: ({ instanceId, counter }) => `${String(instanceId)}/report/${String(counter)}`,
  [UsageRecorded.type]: ({ id }) => String(id),
};

/** Names the fact that a message states; null for what may be said again. */
export const subjectOf = (type: string, data: Data): string | null => SUBJECTS[type]?.(data) ?? null;
