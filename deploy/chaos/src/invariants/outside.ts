import { UsageRecorded, SERVER_EVENTS } from '@berth/contracts';
import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

const USAGE = 'berth.usage';

/** Every usage record the API lists has been in the queue somebody outside bound to `berth.usage` before the first one. */
export const outsideUsage: Invariant = {
  name: 'events a bound outside queue on berth.usage missed',
  mustBe: '0',
  check({ servers, told }) {
    const received = new Set(
      told
        .filter(({ exchange, type }) => exchange === USAGE && type === UsageRecorded.type)
        .map(({ subject }) => subject),
    );
    const missed = servers.flatMap((each) =>
      each.usage
        .filter(({ id }) => !received.has(id))
        .map(({ id }) => aboutServer(each, `${id} on ${USAGE}`, 'nothing')),
    );
    const listed = new Set(servers.flatMap(({ usage }) => usage.map(({ id }) => id)));
    const unlisted = [...received].filter((id) => !listed.has(id));
    return counted([
      ...missed,
      ...unlisted.map((id) => `${id} was published, and GET /v1/usage does not list it`),
    ]);
  },
};

/** The same for the events of servers, by which all other services live: every transition of every timeline. */
export const serverEvents: Invariant = {
  name: 'transitions that no event told',
  mustBe: '0',
  check({ servers, told }) {
    const types = new Set(Object.values(SERVER_EVENTS).map(({ type }) => type));
    const received = new Set(told.filter(({ type }) => types.has(type)).map(({ subject }) => subject));
    return counted(
      servers.flatMap((each) =>
        each.timeline
          .filter(({ sequence }) => !received.has(`${each.server.id}/${sequence}`))
          .map(({ sequence, to }) => aboutServer(each, `an event for ${sequence} (${to})`, 'none')),
      ),
    );
  },
};
