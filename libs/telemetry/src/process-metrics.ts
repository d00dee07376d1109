import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Meter } from './metrics.ts';

/** https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/ and `system/process-metrics/`, the few that tell most. */
export function readProcess(meter: Meter): void {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  let before = performance.eventLoopUtilization();

  meter.gauge('process.cpu.time', () => {
    const { user, system } = process.cpuUsage();
    return [
      { value: user / 1e6, attributes: { 'cpu.mode': 'user' } },
      { value: system / 1e6, attributes: { 'cpu.mode': 'system' } },
    ];
  });
  meter.gauge('process.memory.usage', () => [{ value: process.memoryUsage.rss() }]);
  meter.gauge('process.uptime', () => [{ value: process.uptime() }]);
  meter.gauge('v8js.memory.heap.used', () => [{ value: process.memoryUsage().heapUsed }]);
  meter.gauge('nodejs.eventloop.delay.p99', () => {
    const value = delays.percentile(99) / 1e9;
    delays.reset();
    return [{ value }];
  });
  meter.gauge('nodejs.eventloop.utilization', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return [{ value: utilization }];
  });
}
