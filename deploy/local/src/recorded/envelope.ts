import type { Options } from 'amqplib';
import type { Ids } from './ids.ts';
import type { Said } from './recording.ts';

/** The AMQP properties of a recorded message, as libs/messaging writes them. */
export function propertiesOf(message: Said, ids: Ids): Options.Publish {
  const attributes = {
    specversion: '1.0',
    id: message.id,
    type: message.type,
    source: `/berth/${message.from}`,
    time: new Date().toISOString(),
    correlationid: message.correlation,
    causationid: message.cause,
    accountid: message.accountId && ids.live(message.accountId),
    actorkind: message.actor?.kind,
    actorid: message.actor && ids.live(message.actor.id),
  };
  const given = Object.entries(attributes).filter(([, value]) => value);
  return {
    messageId: message.id,
    type: message.type,
    contentType: 'application/json',
    headers: Object.fromEntries(given.map(([name, value]) => [`cloudEvents:${name}`, value])),
  };
}
