import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@berth/contracts';
import ts from 'typescript';
import { isByTransport, messages, type Message } from './catalogue.ts';
import { Mentions } from './mentions.ts';
import { docstring, nodesOf, placeOf, Program, ROOT } from './program.ts';
import { Senders } from './senders.ts';

export interface Handling {
  message: Message;
  service: ServiceName;
  /** In its own words, why it listens or what it does; empty when the handler says nothing. */
  why: string;
  /** Every replica hears it for itself, in a queue of its own. */
  broadcast: boolean;
}

export interface Sending {
  message: Message;
  service: ServiceName;
}

/** Who says what to whom, as it stands in the services' code. */
export interface Flow {
  sendings: readonly Sending[];
  handlings: readonly Handling[];
}

const HANDLERS = ['OnEvent', 'OnEventBatch', 'OnCommand', 'OnRequest', 'OnBroadcast'];

/**
 * Reads from the code who sends and who handles which message: the contracts that reach `outbox.publish`, `outbox.send`,
 * `requests.ask` (or whatever libs/messaging offers besides) in files that run in a service, and those in its handlers'
 * decorators. A contract that a service mentions for any other purpose is an error, so none can be missed.
 */
export function readFlow(
  program: Program,
  services: ReadonlyMap<ServiceName, string> = serviceMains(),
): Flow {
  const mentions = new Mentions(program);
  const senders = new Senders(program, mentions);
  const sendings: Sending[] = [];
  const handlings: Handling[] = [];
  const unexplained = new Set<string>();

  for (const [service, main] of services) {
    const files = [...program.reachable(main)].filter(isServiceCode);
    const sent = senders.sentIn(files);
    const handled = files.flatMap((file) => [...handlersIn(file, mentions)]);
    sendings.push(...unique(sent).map((message) => ({ service, message })));
    handlings.push(...handled.map((each) => ({ service, ...each })));
    handlings.push(...messages.flatMap((message) => answeredByTransport(message, service)));
    for (const mention of files.flatMap((file) => mentions.unexplainedIn(file)))
      unexplained.add(placeOf(mention));
  }
  if (unexplained.size > 0) {
    throw new Error(
      `It can't be told what these mentions of a message are for, neither sending nor handling it: ${[...unexplained].join(', ')}`,
    );
  }
  return { sendings: inOrder(sendings), handlings: inOrder(handlings) };
}

/** The program that holds the contracts, the bus and what runs from these files: by default every service. */
export const servicesProgram = (files: Iterable<string> = serviceMains().values()): Program =>
  new Program([
    ...files,
    join(ROOT, 'libs/contracts/src/index.ts'),
    join(ROOT, 'libs/messaging/src/index.ts'),
  ]);

const serviceMains = (): Map<ServiceName, string> =>
  new Map(
    SERVICE_NAMES.map((service) => [service, join(ROOT, 'apps', service, 'src/main.ts')] as const).filter(
      ([, main]) => existsSync(main),
    ),
  );

/** The bus itself and the contracts name messages without saying anything to anybody. */
function isServiceCode(file: ts.SourceFile): boolean {
  const folder = relative(ROOT, dirname(file.fileName));
  return (
    !/^libs\/(contracts|messaging|testing)\b/.test(folder) && !basename(file.fileName).endsWith('.spec.ts')
  );
}

function* handlersIn(file: ts.SourceFile, mentions: Mentions): Generator<Omit<Handling, 'service'>> {
  for (const node of nodesOf(file)) {
    if (!ts.isDecorator(node) || !ts.isCallExpression(node.expression)) continue;
    const { expression: decorator, arguments: args } = node.expression;
    const name = decorator.getText();
    if (!HANDLERS.includes(name)) continue;
    const named = args.filter((argument) => !mentions.isOptions(argument));
    for (const message of unique(named.flatMap((argument) => mentions.messagesIn(argument)))) {
      yield { message, why: docstring(node.parent), broadcast: name === 'OnBroadcast' };
    }
  }
}

const answeredByTransport = (message: Message, service: ServiceName): Handling[] =>
  isByTransport(message.exportedAs) &&
  message.contract.kind === 'request' &&
  message.contract.service === service
    ? [{ message, service, why: '', broadcast: false }]
    : [];

const unique = <Item>(items: Iterable<Item>): Item[] => [...new Set(items)];

function inOrder<Item extends { message: Message; service: ServiceName }>(items: Item[]): Item[] {
  const rank = ({ message, service }: Item) =>
    messages.indexOf(message) * 100 + SERVICE_NAMES.indexOf(service);
  return items.sort((a, b) => rank(a) - rank(b));
}
