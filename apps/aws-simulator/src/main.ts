import { z } from 'zod';
import { configOf } from './config.ts';
import { startSimulator } from './simulator.ts';

try {
  const { endpoint, instancePort, stop } = await startSimulator(configOf(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
  }
  console.log(JSON.stringify({ ready: true, endpoint, instancePort }));
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error);
  process.exit(1);
}
