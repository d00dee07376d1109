import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService, OnApplicationShutdown } from '@nestjs/common';
import { telemetrySettings } from './settings.ts';

/** A collector that is away must not hold up a stop for longer. */
const FLUSH_TIMEOUT_MILLISECONDS = 3_000;
const COMPLAIN_EVERY_MILLISECONDS = 60_000;

let stop: (() => Promise<void>) | undefined;

/**
 * Exports traces and metrics of this process if the `OTEL_…` variables ask for it: see the README. Otherwise nothing of
 * OpenTelemetry is loaded. Throws `BadEnvironment`.
 */
export async function startTelemetry(service: string, log: LoggerService): Promise<void> {
  const settings = telemetrySettings(process.env);
  if (!settings.traces && !settings.metrics) return;
  const { startSdk } = await import('./sdk.ts');
  stop = await startSdk(service, settings, rarely(log));
}

/** Sends what has not been sent, for at most 3 s, and ends the export. */
export async function stopTelemetry(): Promise<void> {
  const stopping = stop?.();
  stop = undefined;
  if (!stopping) return;
  const late = new AbortController();
  await Promise.race([
    stopping,
    delay(FLUSH_TIMEOUT_MILLISECONDS, undefined, { signal: late.signal }).catch(() => {}),
  ]);
  late.abort();
}

/** Ends the export with the application: after its handlers, which the phases before have waited for. */
export class TelemetryEnd implements OnApplicationShutdown {
  onApplicationShutdown(): Promise<void> {
    return stopTelemetry();
  }
}

/** Trouble with the export is worth a line a minute: what is lost is telemetry, and every batch would say the same. */
function rarely(log: LoggerService): (trouble: unknown) => void {
  let silentUntil = 0;
  return (trouble) => {
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + COMPLAIN_EVERY_MILLISECONDS;
    const reason = trouble instanceof Error ? trouble.message : String(trouble);
    log.warn(`Telemetry is lost: ${reason}`, 'Telemetry');
  };
}
