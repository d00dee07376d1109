import { join } from 'node:path';
import { folder, passportKeys } from '../home.ts';
import { aborted } from '../interruption.ts';
import { runningSystem, type SharedSystem } from '../leftovers.ts';
import type { Service } from '../system.ts';
import { untilServiceReady } from './readiness.ts';
import { startService } from './service-process.ts';

const LOOK_EVERY_MILLISECONDS = 500;

export interface Served {
  service: Service;
  /** Of the system that runs, or would. */
  home: string;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** A service of the system that runs here: one replica more, or the only one when the system runs without it. Ends with it. */
export async function serveJoining({
  service,
  home,
  signal,
  say,
  running,
}: Served & { running: SharedSystem }) {
  const alone = running.without.includes(service);
  say(`Berth runs here (${running.url}). ${alone ? `This is its only ${service}.` : sharing(service)}`);
  const log = join(folder(home, 'logs'), `${service}-served.log`);
  // The gateway's port is taken, unless the system has left it to us.
  const env = {
    ...running.env,
    ...(service === 'gateway' && !alone && { BERTH_PORT: '0' }),
    ...(service === 'accounts' && passportKeys(home)),
  };
  const child = startService(service, env, log);
  const gone = new AbortController();
  const watch = setInterval(() => {
    if (!runningSystem(home)) gone.abort();
  }, LOOK_EVERY_MILLISECONDS);
  const ending = AbortSignal.any([signal, gone.signal]);
  const end = aborted(ending).catch(() => undefined);
  try {
    const url = await Promise.race([child.started, end]);
    if (!ending.aborted && !url) {
      const waiting = (checks: string) => say(`  waiting    for ${checks}`);
      await untilServiceReady(running.env['AMQP_URL'] ?? '', service, { waiting, signal: ending }).catch(
        (error: unknown) => {
          if (!ending.aborted) throw error;
        },
      );
    }
    if (!ending.aborted) say(`  ready      ${url ?? service}; log in ${log}; Ctrl-C ends it`);
    await Promise.race([child.died, end]);
    if (gone.signal.aborted && !signal.aborted) say('Berth has stopped, and so does this.');
  } finally {
    clearInterval(watch);
    await child.stop();
  }
}

const sharing = (service: string): string =>
  `This is one more replica of ${service}: they share its queues. To have them to yourself: npm start -- --without ${service}`;
