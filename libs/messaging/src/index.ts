export { AmqpUrl } from './amqp-url.ts';
export { Broadcasts } from './broadcasts.ts';
export { BusModule } from './bus.module.ts';
export { Commands } from './commands.ts';
export { currentMessage, type MessageContext } from './context.ts';
export { DeadLetters, DeadLettersBusy, type DeadLetter } from './dead-letters.ts';
// These and Publisher are for what measures the bus; services send through the outbox.
export { newEnvelope, toProperties, type SendOptions } from './envelope.ts';
export {
  BusDisconnected,
  NotPublished,
  problem,
  ProblemError,
  RequestTimeout,
  RequestUnattended,
  RequestUnroutable,
} from './errors.ts';
export {
  OnBroadcast,
  OnCommand,
  OnEvent,
  OnEventBatch,
  OnRequest,
  type HandlerOptions,
  type MessageHandlerOptions,
  type RequestHandlerOptions,
} from './handlers.ts';
export type { BusOptions } from './options.ts';
export { Outbox } from './outbox.ts';
export { readinessOf } from '@berth/contracts';
export {
  checksPassports,
  PassportKey,
  PassportPublicKeys,
  PASSPORTS_UNCHECKED,
  type PassportKeys,
} from './passports/keys.ts';
export { PassportOffice } from './passports/passport-office.ts';
export { PASSPORT_HEADER } from './passports/passport.ts';
export { Publisher, Unroutable } from './publisher.ts';
export { Replays } from './replays.ts';
export { Requests, type AskOptions } from './requests.ts';
export { createService, runService } from './run-service.ts';
export { Stopping } from './stopping.ts';
export { Stuck, type StuckSource } from './stuck.ts';
export { BusTransport } from './transport.ts';
