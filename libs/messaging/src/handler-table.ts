import type { MessageHandler } from '@nestjs/microservices';
import { lastValueFrom, isObservable } from 'rxjs';
import type { MessageContract } from '@berth/contracts';
import type { MessageContext } from './context.ts';
import type { HandlerExtras } from './handlers.ts';

export interface HandlerEntry {
  contract: MessageContract;
  options: HandlerExtras['options'];
  /** Runs every handler of the type, one after the other; what the last returns is the answer to a request. */
  run: (data: unknown, context: MessageContext) => Promise<unknown>;
  /** How several are handled at once, where the handler takes several. */
  batch?: Batch;
}

export interface Batch {
  /** The same for all types of one handler. */
  handler: object;
  run: (data: readonly unknown[], contexts: readonly MessageContext[]) => Promise<unknown>;
}

/** The handlers of a service by message type. */
export type HandlerTable = ReadonlyMap<string, HandlerEntry>;

/** Adds a handler that Nest has found. Two may handle the same event or command, but not the same request. */
export function addHandler(
  tables: Record<'shared' | 'broadcast', Map<string, HandlerEntry>>,
  type: string,
  handler: MessageHandler,
  extras: unknown,
): void {
  if (!isHandlerExtras(extras))
    throw new Error(`${type} is not declared with OnEvent, OnBroadcast, OnCommand or OnRequest`);
  const contract = extras.contracts.find((each) => each.type === type);
  if (!contract) throw new Error(`${type} has no contract`);
  const table = extras.broadcast ? tables.broadcast : tables.shared;
  const earlier = table.get(type);
  if (earlier && contract.kind === 'request') throw new Error(`${type} has two handlers`);
  if (earlier?.options.inTurn && extras.options.inTurn) throw new Error(`${type} has two kinds of turns`);
  if (earlier && (extras.batch || earlier.batch))
    throw new Error(`${type} has two handlers, and one of them takes several messages at once`);
  // What one of the two needs, both get.
  const naturallyIdempotent =
    extras.options.naturallyIdempotent === true && (earlier?.options.naturallyIdempotent ?? true);
  const inTurn = extras.options.inTurn ?? earlier?.options.inTurn;
  const options = { ...extras.options, inTurn, naturallyIdempotent };
  if (extras.batch) {
    const run: Batch['run'] = (data, contexts) => resultOf(handler(data, contexts));
    const runAlone: HandlerEntry['run'] = (data, context) => run([data], [context]);
    table.set(type, { contract, options, run: runAlone, batch: { handler: extras, run } });
    return;
  }
  const run = async (data: unknown, context: MessageContext) => {
    if (earlier) await earlier.run(data, context);
    return resultOf(handler(data, context));
  };
  table.set(type, { contract, options, run });
}

async function resultOf(returned: ReturnType<MessageHandler>): Promise<unknown> {
  const result: unknown = await returned;
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

export function ofKind(table: HandlerTable, kind: MessageContract['kind']): HandlerTable {
  return new Map([...table].filter(([, { contract }]) => contract.kind === kind));
}

function isHandlerExtras(extras: unknown): extras is HandlerExtras {
  return typeof extras === 'object' && extras !== null && 'contracts' in extras && 'broadcast' in extras;
}
