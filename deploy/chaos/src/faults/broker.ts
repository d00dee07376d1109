import type { Fault } from './fault.ts';
import { over } from './fault.ts';

const WORK_QUEUE = /^[^.]+\.(events|commands)$/;

const appStopped: Fault = {
  name: 'broker stopped and started',
  weight: 2,
  part: 'broker',
  lastsSeconds: [0.5, 8],
  strike: async ({ broker }) => {
    await broker.stopApp();
    return () => broker.startApp();
  },
};

const crashed: Fault = {
  name: 'broker killed',
  weight: 2,
  part: 'broker',
  lastsSeconds: [0, 8],
  strike: async ({ broker }) => {
    await broker.crash();
    return () => broker.start();
  },
};

const connectionsClosed: Fault = {
  name: 'broker connections closed',
  weight: 6,
  part: 'broker',
  lastsSeconds: [0, 0],
  strike: async ({ broker }, random) => {
    const closed = await broker.closeConnections(random.between(0.1, 1), random);
    return closed > 0 ? over : undefined;
  },
};

const consumersCancelled: Fault = {
  name: "queue's consumers cancelled",
  weight: 5,
  part: 'broker',
  lastsSeconds: [0, 0],
  strike: async ({ broker }, random) => {
    const work = (await broker.queues()).map(({ name }) => name).filter((name) => WORK_QUEUE.test(name));
    const cancelled = await broker.cancelConsumers(random.pick(work.sort()));
    return cancelled > 0 ? over : undefined;
  },
};

const diskAlarm: Fault = {
  name: 'disk alarm (blocked)',
  weight: 3,
  part: 'broker',
  lastsSeconds: [2, 8],
  strike: async ({ broker }) => {
    await broker.diskAlarm();
    return () => broker.endDiskAlarm();
  },
};

const memoryAlarm: Fault = {
  name: 'memory alarm (blocked)',
  weight: 2,
  part: 'broker',
  lastsSeconds: [2, 8],
  strike: async ({ broker }) => {
    await broker.memoryAlarm();
    return () => broker.endMemoryAlarm();
  },
};

export const BROKER_FAULTS = [
  appStopped,
  crashed,
  connectionsClosed,
  consumersCancelled,
  diskAlarm,
  memoryAlarm,
] as const;
