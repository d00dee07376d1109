import type { Fault } from './fault.ts';

const stopped: Fault = {
  name: 'database stopped and started',
  weight: 4,
  part: 'database',
  lastsSeconds: [0, 8],
  strike: async (stage) => {
    await stage.stopProcess('mongo');
    return async () => stage.startProcess('mongo');
  },
};

const crashed: Fault = {
  name: 'database killed',
  weight: 5,
  part: 'database',
  lastsSeconds: [0, 8],
  strike: async (stage) => {
    await stage.crash('mongo');
    return async () => stage.startProcess('mongo');
  },
};

const frozen: Fault = {
  name: 'database frozen',
  weight: 2,
  part: 'database',
  lastsSeconds: [1, 6],
  strike: async (stage) => {
    stage.freeze('mongo');
    return async () => stage.thaw('mongo');
  },
};

export const DATABASE_FAULTS = [stopped, crashed, frozen] as const;
