import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClockModule } from '@berth/clock';
import { SERVICE_NAMES, type ServiceName } from '@berth/contracts';
import { readEnvironment } from '@berth/telemetry';
import { z } from 'zod';
import { AmqpUrl } from './amqp-url.ts';
import { BusModule } from './bus.module.ts';
import { detailsOf, tableOf } from './dead-letters.print.ts';
import { DeadLetters } from './dead-letters.ts';
import { queues } from './topology.ts';

const LISTED_AT_MOST = 1_000;

const USAGE = `Usage: dead-letters <service> list             the oldest ${LISTED_AT_MOST}
       dead-letters <service> show <id>        one, with its stack and body
       dead-letters <service> replay <id>      puts one back into its queue
       dead-letters <service> replay --all     puts all back that are there now
  --json prints JSON. AMQP_URL names the broker.
  Services: ${SERVICE_NAMES.join(', ')}`;

/** The command was not understood. */
export class WrongUsage extends Error {
  constructor(problem: string) {
    super(`${problem}\n${USAGE}`);
  }
}

const Environment = z.object({ AMQP_URL: AmqpUrl });

/**
 * Lists, shows and replays the dead letters of a service, running or not. Returns what is to be printed; throws
 * {@link WrongUsage}, or an error that says in one line what is in the way.
 */
export async function deadLettersCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { service, act } = commandOf(args);
  const { AMQP_URL: amqpUrl } = readEnvironment(Environment, environment);
  const app = await NestFactory.createApplicationContext(
    { module: DeadLettersModule, imports: [ClockModule.forRoot(), BusModule.forRoot({ service, amqpUrl })] },
    { logger: false, abortOnError: false },
  );
  try {
    return await act(app.get(DeadLetters));
  } catch (error) {
    throw isNotFound(error) ? new Error(`There is no queue ${queues(service).deadLetters}`) : error;
  } finally {
    await app.close();
  }
}

@Module({})
class DeadLettersModule {}

type Act = (letters: DeadLetters) => Promise<string>;

function commandOf(args: readonly string[]): { service: ServiceName; act: Act } {
  const { values, positionals } = parsed(args);
  const [service, action, id, ...more] = positionals;
  if (!isService(service))
    throw new WrongUsage(service ? `There is no service ${service}` : 'Which service?');
  const act = actOf(action, id, values);
  if (!act || more.length) throw new WrongUsage('What is to be done?');
  return { service, act };
}

function actOf(
  action: string | undefined,
  id: string | undefined,
  { all, json }: { all: boolean; json: boolean },
): Act | undefined {
  if (action === 'list' && !id && !all) return (letters) => list(letters, json);
  if (action === 'show' && id && !all) return (letters) => show(letters, id, json);
  if (action === 'replay' && id && !all) return (letters) => replay(letters, id, json);
  if (action === 'replay' && !id && all) return (letters) => replayAll(letters, json);
  return undefined;
}

async function list(letters: DeadLetters, json: boolean): Promise<string> {
  const found = await letters.list(LISTED_AT_MOST);
  return json ? JSON.stringify(found, null, 2) : tableOf(found);
}

async function show(letters: DeadLetters, id: string, json: boolean): Promise<string> {
  const letter = await letters.find(id);
  if (!letter) throw absent(id);
  return json ? JSON.stringify(letter, null, 2) : detailsOf(letter);
}

async function replay(letters: DeadLetters, id: string, json: boolean): Promise<string> {
  if (!(await letters.replay(id))) throw absent(id);
  return json ? JSON.stringify({ replayed: 1 }) : `${id} is put back into its queue`;
}

async function replayAll(letters: DeadLetters, json: boolean): Promise<string> {
  const replayed = await letters.replayAll();
  return json ? JSON.stringify({ replayed }) : `${replayed} put back into their queues`;
}

const absent = (id: string) => new Error(`There is no dead letter ${id}`);

const isService = (name: string | undefined): name is ServiceName =>
  SERVICE_NAMES.some((service) => service === name);

const isNotFound = (error: unknown) => error instanceof Error && 'code' in error && error.code === 404;

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { all: flag, json: flag }, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
