import type { Told } from './mode.ts';

/** A terminal sends Ctrl-C to npm and to us, and npm passes it on: so soon after the first it is the same one. */
const SAME_MILLISECONDS = 2_000;

/** Listens to the user: the first Ctrl-C asks to end, another one or SIGTERM to stop. */
export function listen(): Told {
  const end = new AbortController();
  const stop = new AbortController();
  let firstAt = 0;
  const interrupted = () => {
    if (!end.signal.aborted) {
      firstAt = performance.now();
      end.abort(new Error('Told to end.'));
    } else if (performance.now() - firstAt > SAME_MILLISECONDS) stopped();
  };
  const stopped = () => {
    end.abort(new Error('Told to stop.'));
    stop.abort(new Error('Told to stop.'));
  };
  process.on('SIGINT', interrupted).on('SIGTERM', stopped).on('SIGHUP', stopped);
  return { toEnd: end.signal, toStop: stop.signal };
}
