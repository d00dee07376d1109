import type { Fault } from './fault.ts';

/** SIGKILL of any service at any moment; some are away for a while before they are started again. */
export const killed: Fault = {
  name: 'service killed',
  weight: 24,
  lastsSeconds: [0, 6],
  strike: async (stage, random) => {
    const up = stage.servicesUp;
    if (up.length === 0) return undefined;
    const service = random.pick(up);
    await stage.crash(service);
    return async () => stage.startProcess(service);
  },
};

/** Once more while it is starting, when it holds half of what it needs. */
export const killedInStart: Fault = {
  name: 'service killed in its start',
  weight: 6,
  lastsSeconds: [0.2, 3],
  strike: async (stage, random) => {
    const up = stage.servicesUp;
    if (up.length === 0) return undefined;
    const service = random.pick(up);
    await stage.crash(service);
    stage.startProcess(service);
    return async () => {
      await stage.crash(service);
      stage.startProcess(service);
    };
  },
};

/** It stands still, answers nothing and loses nothing, as in a long pause of a virtual machine; longer than a lease at times. */
export const frozen: Fault = {
  name: 'service frozen',
  weight: 3,
  lastsSeconds: [1, 15],
  strike: async (stage, random) => {
    const up = stage.servicesUp;
    if (up.length === 0) return undefined;
    const service = random.pick(up);
    stage.freeze(service);
    return async () => stage.thaw(service);
  },
};

export const PROCESS_FAULTS = [killed, killedInStart, frozen] as const;
