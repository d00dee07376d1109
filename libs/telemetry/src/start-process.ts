import type { LoggerService } from '@nestjs/common';
import { logger } from './logger.ts';
import { isStopping } from './stop-process.ts';
import { startTelemetry } from './telemetry.ts';

/**
 * The main of a process: starts it with its log and, if that is asked for, the export of traces and metrics. When that
 * throws, the last line of the log says why, without a stack, and the process ends with 1.
 */
export async function startProcess(
  name: string,
  start: (log: LoggerService) => Promise<void>,
): Promise<void> {
  const log = logger(name);
  try {
    await startTelemetry(name, log);
    await start(log);
  } catch (error) {
    if (isStopping()) return;
    const reason = error instanceof Error ? error.message : String(error);
    log.fatal?.(`${name} cannot start: ${reason}`);
    process.exit(1);
  }
}
