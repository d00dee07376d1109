import { PROBLEMS, type ProblemBody, type ProblemCode } from '@berth/contracts';

/** A refusal that a request's handler throws and its caller gets: code, status and public text (RFC 9457). */
export class ProblemError extends Error implements ProblemBody {
  override readonly name = 'ProblemError';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: ProblemBody['errors'];
  readonly extensions?: ProblemBody['extensions'];

  constructor(readonly body: ProblemBody) {
    super(body.detail ?? body.title);
    this.code = body.code;
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail;
    this.errors = body.errors;
    this.extensions = body.extensions;
  }
}

/** `throw problem('invalid_state', { detail: 'It is paused' })`: a refusal with its code's status and title. */
export function problem(
  code: ProblemCode,
  {
    cause,
    ...more
  }: Partial<Pick<ProblemBody, 'detail' | 'errors' | 'extensions'>> & { cause?: unknown } = {},
): ProblemError {
  const { status, title } = PROBLEMS[code];
  const error = new ProblemError({ code, status, title, ...more });
  error.cause = cause;
  return error;
}

/** No answer within the deadline: the other side may or may not have done it. */
export class RequestTimeout extends Error {
  override readonly name: string = 'RequestTimeout';

  constructor(type: string, deadlineSeconds: number) {
    super(`No answer to ${type} within ${deadlineSeconds} s`);
  }
}

/** Every replica of the service is away. The request lies in its queue: if one comes back in time, it is still done. */
export class RequestUnattended extends RequestTimeout {
  override readonly name = 'RequestUnattended';
}

/** The service that answers this request has no queue: it has never been started. Nothing was done. */
export class RequestUnroutable extends Error {
  override readonly name = 'RequestUnroutable';

  constructor(type: string, queue: string) {
    super(`Nobody answers ${type}: there is no queue ${queue}`);
  }
}

/** The bus is away. What was `sent` before may or may not have been done. */
export class BusDisconnected extends Error {
  override readonly name = 'BusDisconnected';

  constructor(
    what: string,
    readonly sent = false,
  ) {
    super(`The bus is disconnected: ${what}`);
  }
}

/** The broker has not taken a message: no confirm in time, a negative one, or nobody is bound to a command. */
export class NotPublished extends Error {
  override readonly name: string = 'NotPublished';
}
