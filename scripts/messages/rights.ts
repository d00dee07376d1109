import { SERVICE_NAMES, type ServiceName } from '@berth/contracts';
import type { Flow } from './flow.ts';
import type { Message } from './catalogue.ts';

const EXCHANGES = ['berth.events', 'berth.commands', 'berth.usage'] as const;
type Exchange = (typeof EXCHANGES)[number];

/**
 * What each service may do at RabbitMQ, as permissions and topic permissions of its user, who is called like it: make, fill and empty
 * queues and retry exchanges of its own name, publish the types it sends, and bind the types it handles. In the form of RabbitMQ's definitions
 * (https://www.rabbitmq.com/docs/definitions), without users, whose passwords are whoever's who runs it.
 *
 * Requests and answers go through the default exchange, which takes no topic permissions: every service may write to every queue by it.
 */
export function rights({ sendings, handlings }: Flow) {
  return {
    permissions: SERVICE_NAMES.map((service) => ({
      user: service,
      vhost: '/',
      configure: whole([own(service), ...EXCHANGES.map(escaped)]),
      write: whole([own(service), escaped('amq.default'), ...EXCHANGES.map(escaped)]),
      read: whole([own(service), ...EXCHANGES.map(escaped)]),
    })),
    topic_permissions: SERVICE_NAMES.flatMap((service) =>
      EXCHANGES.map((exchange) => ({
        user: service,
        vhost: '/',
        exchange,
        write: whole(typesAt(exchange, service, sendings)),
        read: whole(typesAt(exchange, service, handlings)),
      })),
    ),
  };
}

const own = (service: ServiceName) => `${escaped(service)}\\..+`;

/** The types that a service says, or hears, through an exchange. */
function typesAt(
  exchange: Exchange,
  service: ServiceName,
  said: readonly { service: ServiceName; message: Message }[],
): string[] {
  return said
    .filter((each) => each.service === service && exchangeOf(each.message) === exchange)
    .map(({ message }) => escaped(message.contract.type));
}

function exchangeOf({ contract }: Message): Exchange | null {
  if (contract.kind === 'request') return null;
  return contract.kind === 'event' ? contract.exchange : 'berth.commands';
}

/** Nothing but one of these; of none, nothing at all. */
const whole = (patterns: readonly string[]) => `^(${[...new Set(patterns)].sort().join('|')})$`;

const escaped = (name: string) => name.replaceAll('.', String.raw`\.`);
