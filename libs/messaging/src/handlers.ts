import { applyDecorators, Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { throwError } from 'rxjs';
import type {
  CommandContract,
  DataOf,
  EventContract,
  MessageContract,
  ReplyOf,
  RequestContract,
} from '@berth/contracts';
import type { MessageContext } from './context.ts';

export interface HandlerOptions<Data = unknown> {
  /**
   * Handlers of one key run one after the other in this process, each from before its transaction to after its commit,
   * whatever their messages: for what would otherwise meet in one document and conflict. Undefined: at once. It is no
   * lock: other replicas run at the same time. Those who wait keep their places among the messages being handled, and
   * fail when their turn does not come within the handler's time limit. A request is refused, 503 `overloaded`, when 50 wait
   * for its key, or its turn would come when half of its asker's time is over.
   */
  inTurn?(data: Data, context: MessageContext): string | undefined;
}

export interface MessageHandlerOptions<Data = unknown> extends HandlerOptions<Data> {
  /**
   * Handling the message twice comes to the same as handling it once, whoever does and in whatever order: as when an entry with an id of its own
   * is inserted, or a field set that is empty. Then the handler runs without a transaction and leaves no note in the inbox, which saves three
   * commands to the database; it may run again after it has succeeded, also beside itself in another replica. What it would send, it would send
   * again, so the outbox refuses it. https://microservices.io/patterns/communication-style/idempotent-consumer.html
   */
  naturallyIdempotent?: boolean;
}

export interface RequestHandlerOptions<Data = unknown> extends HandlerOptions<Data> {
  /**
   * The handler runs in a transaction together with the record of the caller's idempotency key: the same key and
   * body get the stored answer for 24 h.
   */
  idempotent?: boolean;
  /**
   * The answer may be held until something happens: meanwhile the request does not count among those that are answered at
   * once, and it is not answered should this process die.
   */
  held?: boolean;
  /** The answer holds a secret and is not stored: a repeat is refused with 409 `already_created` and the answer's `id`. */
  secret?: boolean;
}

/** What the decorators tell the transport about a handler. */
export interface HandlerExtras {
  contracts: readonly MessageContract[];
  options: RequestHandlerOptions & MessageHandlerOptions;
  /** Whether each replica hears the events for itself. */
  broadcast: boolean;
  /** Whether the handler takes several messages at once. */
  batch: boolean;
}

type HandlerDecorator<Data, Result> = <Method extends (data: Data, context: MessageContext) => Result>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Handles past facts. Runs in a transaction together with the record that the message was handled: it may run again
 * after a failure, its effects in the database and the outbox happen once. But for what is `naturallyIdempotent`.
 */
export function OnEvent<Events extends readonly [EventContract, ...EventContract[]]>(
  ...events: Events
): HandlerDecorator<DataOf<Events[number]>, unknown>;
export function OnEvent<Events extends readonly [EventContract, ...EventContract[]]>(
  ...eventsAndOptions: [...Events, MessageHandlerOptions<DataOf<Events[number]>>]
): HandlerDecorator<DataOf<Events[number]>, unknown>;
export function OnEvent(...given: readonly (EventContract | MessageHandlerOptions)[]) {
  return handler(EventPattern, ...contractsAndOptions(given));
}

type BatchHandlerDecorator<Data> = <
  Method extends (data: readonly Data[], contexts: readonly MessageContext[]) => unknown,
>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Handles past facts, and those that arrive while others are handled together, up to 50: one transaction, with what they write written together. It runs
 * like {@link OnEvent}, with these differences. What it throws, or a conflict, undoes the whole batch, and each message of it is handled by itself, a
 * batch of one; so is what comes again. With `inTurn` no two of one key are in a batch. No message is the one being handled: what it sends names its `cause`.
 */
export function OnEventBatch<Events extends readonly [EventContract, ...EventContract[]]>(
  ...eventsAndOptions: [...Events, HandlerOptions<DataOf<Events[number]>>]
): BatchHandlerDecorator<DataOf<Events[number]>>;
export function OnEventBatch(...given: readonly (EventContract | HandlerOptions)[]) {
  return handler(EventPattern, ...contractsAndOptions(given), { batch: true });
}

/**
 * Hears events in every replica of the service, for what a replica holds in memory: its streams, its caches. No
 * transaction, no repetition: what the handler throws is logged. Broadcasts come one after the other, so it must not wait
 * for anything; what is said while the bus is away is lost, which `Broadcasts.onReattached` tells.
 */
export function OnBroadcast<Events extends readonly [EventContract, ...EventContract[]]>(
  ...events: Events
): HandlerDecorator<DataOf<Events[number]>, unknown> {
  return handler(EventPattern, events, {}, { broadcast: true });
}

/** Carries out orders to this service; runs like {@link OnEvent}. */
export function OnCommand<Commands extends readonly [CommandContract, ...CommandContract[]]>(
  ...commands: Commands
): HandlerDecorator<DataOf<Commands[number]>, unknown>;
export function OnCommand<Commands extends readonly [CommandContract, ...CommandContract[]]>(
  ...commandsAndOptions: [...Commands, MessageHandlerOptions<DataOf<Commands[number]>>]
): HandlerDecorator<DataOf<Commands[number]>, unknown>;
export function OnCommand(...given: readonly (CommandContract | MessageHandlerOptions)[]) {
  return handler(EventPattern, ...contractsAndOptions(given));
}

/** Answers a request with what it returns; a `ProblemError` travels to the caller, other errors as `internal_error`. */
export function OnRequest<Contract extends RequestContract>(
  request: Contract,
  options: RequestHandlerOptions<DataOf<Contract>> = {},
): HandlerDecorator<DataOf<Contract>, ReplyOf<Contract> | Promise<ReplyOf<Contract>>> {
  return handler(MessagePattern, [request], options);
}

function contractsAndOptions(
  given: readonly (MessageContract | MessageHandlerOptions)[],
): [readonly MessageContract[], MessageHandlerOptions] {
  const contracts = given.filter((each) => 'schema' in each);
  return [contracts, given.find((each): each is MessageHandlerOptions => !('schema' in each)) ?? {}];
}

function handler(
  pattern: typeof EventPattern,
  contracts: readonly MessageContract[],
  options: HandlerExtras['options'],
  kind: Partial<Pick<HandlerExtras, 'broadcast' | 'batch'>> = {},
) {
  const extras: HandlerExtras = { contracts, options, broadcast: false, batch: false, ...kind };
  return (target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    const types = contracts.map(({ type }) => type);
    applyDecorators(pattern(types, extras), UseFilters(PassOn))(target, key, descriptor);
  };
}

/** Nest replaces what a handler throws by "Internal server error"; the transport needs the error itself. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(error: unknown) {
    return throwError(() => error);
  }
}
