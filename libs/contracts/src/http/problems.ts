/**
 * Every code with which Berth refuses a request: its HTTP status, its title and what a client should do about it.
 * Services throw them, routes list them; the pages of problems and the OpenAPI document are made from them.
 */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    title: 'This is not valid HTTP',
    advice: 'Send it with an HTTP library; do not repeat it as it is.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON',
    advice: 'Send UTF-8 JSON as a JSON library writes it.',
  },
  invalid_request: {
    status: 400,
    title: 'The request is not as the API describes it',
    advice: 'Correct what `detail` or `errors` names; `pointer` says where it is.',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not one of this list',
    advice: 'Begin again without a cursor, and pass on `nextCursor` unchanged.',
  },
  idempotency_key_required: {
    status: 400,
    title: 'This needs an Idempotency-Key header',
    advice: 'Make up a key, such as a UUID, for each thing you want done.',
  },
  unauthenticated: {
    status: 401,
    title: 'Who you are is not known',
    advice:
      'Log in again, or send an API token that is not revoked or expired, from a network it may be used from.',
  },
  wrong_credentials: {
    status: 401,
    title: 'The e-mail address or the password is wrong',
    advice: 'Ask for both again.',
  },
  second_factor_required: {
    status: 401,
    title: 'The password is right; a code of the second factor is needed besides',
    advice:
      'Ask for a code of the authenticator app or a recovery code, and send it as `code` with both again.',
  },
  wrong_second_factor: {
    status: 401,
    title: 'The code is wrong, or was used before',
    advice: 'Ask for the next code of the authenticator app: each is good once, for about a minute.',
  },
  forbidden: {
    status: 403,
    title: 'You may not do this',
    advice:
      'Ask an owner of the account for a role that has the permission; of an API token, make one with the scope that `detail` names.',
  },
  cross_site: {
    status: 403,
    title: 'Another site may not do this in your name',
    advice: 'Call from the console itself, or use an API token instead of the session cookie.',
  },
  wrong_password: {
    status: 403,
    title: 'The password is wrong',
    advice: 'Ask for the present password again.',
  },
  wrong_code: {
    status: 403,
    title: 'The code is wrong, or was used before',
    advice: 'Ask for the next code of the authenticator app: each is good once, for about a minute.',
  },
  wrong_invitation: {
    status: 403,
    title: 'The invitation is for another e-mail address',
    advice: 'Log in, or sign up, with the address that was invited.',
  },
  account_suspended: {
    status: 403,
    title: 'The account is suspended',
    advice: 'Have the account reinstated first; what exists can still be read.',
  },
  account_closing: {
    status: 403,
    title: 'The account is closing',
    advice: 'Have an owner open it again first: `POST /v1/account/reopen`; what exists can still be read.',
  },
  email_unverified: {
    status: 403,
    title: 'The e-mail address is not verified',
    advice:
      "Follow the link that was sent to the account's owner, or have it sent again: `POST /v1/email-verifications`.",
  },
  not_found: {
    status: 404,
    title: 'There is no such thing, or it is not yours',
    advice: 'Check the id and the account; do not repeat it.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path does not take that method',
    advice: 'Use one of the methods in the `Allow` header.',
  },
  not_acceptable: {
    status: 406,
    title: 'There is no form of it that you accept',
    advice: 'Ask in `Accept` for one of the media types that `detail` names.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    advice: 'Send it again, headers within 10 seconds and all of it within 30.',
  },
  already_created: {
    status: 409,
    title: 'It was made by an earlier request with this key',
    advice: 'Its secret was shown only then: revoke the one named by `id` and make another with a new key.',
  },
  already_member: {
    status: 409,
    title: 'They belong to the account already',
    advice: 'Change their role instead.',
  },
  last_owner: {
    status: 409,
    title: 'The account would be without an owner',
    advice: 'Make somebody else an owner first.',
  },
  budget_exceeded: {
    status: 409,
    title: 'The budget of this month is used up',
    advice:
      'Have it raised or taken away by whoever may (`PUT` or `DELETE /v1/budget`), or wait for the next month; what exists can be read, paused and terminated.',
  },
  email_taken: {
    status: 409,
    title: 'There is an account with this e-mail address',
    advice: 'Log in instead, or sign up with another address.',
  },
  hostname_taken: {
    status: 409,
    title: 'The host name is taken',
    advice: 'Choose another, such as the proposal of `GET /v1/hostnames/{name}`.',
  },
  invalid_state: {
    status: 409,
    title: 'This is not possible in the present state',
    advice: 'Read the server again and offer what its status allows.',
  },
  changed_meanwhile: {
    status: 409,
    title: 'Somebody changed it since you read it',
    advice: 'Read it again, decide anew, and say what you decided it on.',
  },
  period_open: {
    status: 409,
    title: 'The month cannot be closed yet',
    advice: 'Wait until what `detail` names is over, or recorded.',
  },
  not_a_session: {
    status: 409,
    title: 'You are not logged in by a session',
    advice:
      'Log in with a password: what concerns a person is no matter of an API token, which is revoked instead.',
  },
  not_cancelable: {
    status: 409,
    title: 'This operation can no longer be cancelled',
    advice: 'Read the operation again: it has ended, or does not wait for capacity.',
  },
  not_retryable: {
    status: 409,
    title: 'This launch cannot be retried',
    advice: 'Launch another server: the same order would be refused again.',
  },
  no_second_factor: {
    status: 409,
    title: 'There is no second factor',
    advice: 'Set one up first.',
  },
  second_factor_exists: {
    status: 409,
    title: 'There is a second factor already',
    advice: 'Remove it first, or make new recovery codes for it.',
  },
  setup_over: {
    status: 409,
    title: 'No second factor is being set up here, or no longer',
    advice: 'Begin again: a secret is good for ten minutes, in the session that asked for it.',
  },
  server_locked: {
    status: 409,
    title: 'Another operation is running on the server',
    advice: 'Wait until it has ended (`GET /v1/operations/{id}?wait=30`), then try again.',
  },
  server_protected: {
    status: 409,
    title: 'The server is protected from being terminated',
    advice: 'Take the protection off first: `PATCH` with `{"protected":false}`.',
  },
  precondition_failed: {
    status: 412,
    title: 'It was changed since you read it',
    advice: 'Read it again, decide anew, and send the new `ETag` in `If-Match`.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    advice: 'Stay below the limit that `detail` names.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be application/json',
    advice: 'Send `Content-Type: application/json`.',
  },
  hostname_reserved: {
    status: 422,
    title: 'The host name is reserved',
    advice: 'Choose another, such as the proposal of `GET /v1/hostnames/{name}`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    advice: 'Make up a new key; a repeated request must be the same to the last field.',
  },
  quota_exceeded: {
    status: 422,
    title: 'The account has reached its limit',
    advice: 'Terminate what is not needed, or have the limit named by `resource` raised.',
  },
  unknown_offer: {
    status: 422,
    title: 'The catalog does not offer this',
    advice: 'Read `GET /v1/catalog` again and choose from it; `errors` names the fields.',
  },
  too_many_streams: {
    status: 429,
    title: 'Too many event streams of the account are open',
    advice: 'Close one, or share one stream between the parts of a program.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many wrong passwords or codes',
    advice: 'Wait as long as `Retry-After` says; the right one is refused until then as well.',
  },
  too_many_mails: {
    status: 429,
    title: 'Enough mails were sent for now',
    advice: 'Look for those that were sent, or wait as long as `Retry-After` says.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests in a short time',
    advice: 'Wait as long as `Retry-After` says; `RateLimit` tells with every answer how many are left.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    advice: 'Send fewer or shorter headers and cookies: 16 KiB at most, the URL included.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    advice: 'Try again later with the same Idempotency-Key, and name the `requestId` to support.',
  },
  outcome_unknown: {
    status: 503,
    title: 'It is not known whether this was done',
    advice: 'Repeat it with the same Idempotency-Key after `Retry-After`; without one, look first.',
  },
  dependency_unavailable: {
    status: 503,
    title: 'A part of the service is away',
    advice: 'Nothing was done: repeat it after `Retry-After`.',
  },
  overloaded: {
    status: 503,
    title: 'Too many requests are waiting for an answer',
    advice: 'Nothing was done: repeat it after `Retry-After`.',
  },
  not_ready: {
    status: 503,
    title: 'Not all parts of the service are ready',
    advice: 'Wait; `notReady` names them.',
  },
} as const satisfies Record<string, { status: number; title: string; advice: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
