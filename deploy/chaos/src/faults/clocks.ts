import type { Fault } from './fault.ts';

const wrong: Fault = {
  name: "service's clock 30 s off",
  weight: 6,
  lastsSeconds: [5, 60],
  strike: async ({ clock, services }, random) => {
    const service = random.pick(services);
    clock.setWrong(service, random.pick([-30, 30]));
    return async () => clock.setWrong(service, 0);
  },
};

export const CLOCK_FAULTS = [wrong] as const;
