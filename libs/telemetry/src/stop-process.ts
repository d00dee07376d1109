import type { LoggerService } from '@nestjs/common';

let stopping = false;

/** A signal to stop has come: what fails from then on fails because of it. */
export const isStopping = (): boolean => stopping;

/** Kubernetes and `npm start` kill after 30 s what they have told to stop: what still runs then is left behind knowingly. */
const LONGEST_STOP_MILLISECONDS = 29_000;

/**
 * On SIGTERM or SIGINT closes the application and ends the process with 0; with 1 when closing fails or takes 29 s. Further
 * signals change nothing. Nest's own shutdown hooks take the transport away last, so that messages would still arrive
 * while what their handlers need is being stopped.
 */
export function stopOnSignal(app: { close(): Promise<void> }, log: LoggerService): void {
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error('The stop has taken too long; what still runs is left behind');
      process.exit(1);
    }, LONGEST_STOP_MILLISECONDS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error(error, 'The stop has failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}
