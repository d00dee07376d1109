import { AsyncLocalStorage } from 'node:async_hooks';
import type { Actor } from '@berth/contracts';

/** What is known of a message besides its data. */
export interface MessageContext {
  /** `msg_…`, the same on every delivery of the message. */
  id: string;
  type: string;
  /** When it was said, by the sender's clock. */
  time: Date;
  /** 1 on the first attempt to handle it. */
  attempt: number;
  /** The same for all that followed from one outside cause. */
  correlationId: string;
  /** The message that led to this one. */
  causationId?: string;
  accountId?: string;
  actor?: Actor;
  /** W3C trace context (https://www.w3.org/TR/trace-context/), passed on to whatever is sent while handling. */
  traceparent?: string;
  tracestate?: string;
}

const current = new AsyncLocalStorage<MessageContext>();
/** Whether what runs now may run again after it has succeeded. */
const repeatable = new AsyncLocalStorage<boolean>();

/** The message being handled, if any. */
export const currentMessage = (): MessageContext | undefined => current.getStore();

export const whileHandling = <Result>(context: MessageContext, work: () => Result): Result =>
  current.run(context, work);

/** Within a handler that is `naturallyIdempotent`. */
export const isRepeatable = (): boolean => repeatable.getStore() === true;

export const whileRepeatable = <Result>(work: () => Result): Result => repeatable.run(true, work);
