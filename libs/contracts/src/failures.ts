/**
 * Every code with which a launch, or a later operation, fails: what it means, what a customer should do, and whether
 * `retry` can launch the failed server again. Operations carry them in `error`, failed servers in `failure`.
 */
export const FAILURES = {
  launch_refused: {
    title: 'AWS or the catalog refuses this configuration for good',
    advice: "Launch another one; the operation's `error.detail` says what was refused.",
    retryable: false,
  },
  record_refused: {
    title: 'The host name cannot be entered into the zone',
    advice: 'Launch with another host name.',
    retryable: false,
  },
  capacity_unavailable: {
    title: 'AWS had no capacity for as long as Berth waits',
    advice: 'Retry, or in another zone or size; resume a paused server again later.',
    retryable: true,
  },
  launch_timeout: {
    title: 'AWS did not make the instance in time',
    advice: 'Retry.',
    retryable: true,
  },
  instance_lost: {
    title: 'The instance went away before the server had run',
    advice: 'Retry.',
    retryable: true,
  },
  boot_failed: {
    title: 'The software on the server reported that it cannot start',
    advice: 'Retry, or in another size; if it fails again, tell support.',
    retryable: true,
  },
  boot_timeout: {
    title: 'The software on the server did not get ready in time',
    advice: 'Retry, or in another size; if it fails again, tell support.',
    retryable: true,
  },
  app_silent: {
    title: 'The instance is on, but the software on it does not answer',
    advice: 'Restart the server.',
    retryable: false,
  },
  host_failed: {
    title: 'The instance is lost',
    advice: 'Terminate the server and launch another.',
    retryable: false,
  },
  interrupted: {
    title: 'Something else happened to the server before the operation was done',
    advice: 'Read the server and its timeline, then decide anew.',
    retryable: false,
  },
  timed_out: {
    title: 'The operation was not done in time',
    advice: 'Read the server, which is as it is observed, and try again.',
    retryable: false,
  },
} as const satisfies Record<string, { title: string; advice: string; retryable: boolean }>;

export type FailureCode = keyof typeof FAILURES;
