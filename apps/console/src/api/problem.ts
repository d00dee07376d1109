import type { FieldError, ProblemCode } from '@berth/contracts';

/** The members of an RFC 9457 problem document that the console reads. */
export interface ProblemDocument {
  code?: ProblemCode | (string & {});
  title?: string;
  detail?: string;
  requestId?: string;
  errors?: FieldError[];
  /** `quota_exceeded`: what is exceeded, how much of it there may be and is. */
  resource?: string;
  limit?: number;
  used?: number;
}

/** A refusal of the REST API, or no answer at all (`status` 0, code `no_answer`). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldError[];

  constructor(
    readonly status: number,
    readonly document: ProblemDocument,
    /** What `Retry-After` said; 0 without it. */
    readonly retryAfterSeconds = 0,
  ) {
    super(document.detail ?? document.title ?? `The answer was ${status}`);
    this.code = document.code ?? 'unknown';
    this.title = document.title ?? 'Something went wrong';
    this.detail = document.detail;
    this.requestId = document.requestId;
    this.errors = document.errors ?? [];
  }

  /** Whether the same may do better in a while: the network or a service is away, or there was too much at once. */
  get passing(): boolean {
    return (
      this.status === 0 ||
      this.status === 429 ||
      this.status === 502 ||
      this.status === 503 ||
      this.status === 504
    );
  }

  static noAnswer(): Problem {
    return new Problem(0, {
      code: 'no_answer',
      title: 'Berth cannot be reached',
      detail: 'Is the network there?',
    });
  }
}

/** Whether `error` is the refusal of that code. */
export const isProblem = (error: unknown, code: ProblemCode): boolean =>
  error instanceof Problem && error.code === code;
