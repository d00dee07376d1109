import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, simulator, type Simulator } from '@berth/testing';
import { descriptionCases } from './descriptions.cases.ts';
import { launchCases } from './launch.cases.ts';
import { lifecycleCases } from './lifecycle.cases.ts';
import { messageCases } from './messages.cases.ts';
import { startMoto } from './moto.ts';
import { MOTO_DIFFERENCES } from './moto-differences.ts';
import { networkCases } from './network.cases.ts';
import { objectCases } from './objects.cases.ts';
import { route53Cases } from './route53.cases.ts';
import { Target } from './target.ts';
import { volumeCases } from './volumes.cases.ts';

/** What the launch, stop, start, terminate and clean-up rely on at AWS, by unmodified SDK clients. */
const cases = [
  ...launchCases,
  ...descriptionCases,
  ...lifecycleCases,
  ...volumeCases,
  ...networkCases,
  ...route53Cases,
  ...messageCases,
  ...objectCases,
];

/** Downloads once per machine, so it is started before the tests are declared: then they can be skipped by name. */
const moto = await startMoto();

describe('the simulator', () => {
  let running: Simulator;
  let aws: Target;
  beforeAll(async () => {
    running = await simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '0.2' });
    aws = new Target(running.endpoint, eventually);
  });
  afterAll(async () => {
    aws.close();
    await running.stop();
  });

  test.each(cases)('$name', ({ expectation }) => expectation(aws));
});

if ('unavailable' in moto) {
  console.warn(`The conformance cases do not run against moto: ${moto.unavailable}`);
  test.todo(`run the cases against moto: ${moto.unavailable}`);
} else {
  describe('moto', () => {
    const aws = new Target(moto.endpoint, eventually);
    afterAll(async () => {
      aws.close();
      await moto.stop();
    });

    test.each(cases.filter(({ name }) => !(name in MOTO_DIFFERENCES)))('$name', ({ expectation }) =>
      expectation(aws),
    );

    test.each(cases.filter(({ name }) => name in MOTO_DIFFERENCES))(
      'still differs: $name',
      async ({ expectation }) => {
        await expect(expectation(aws)).rejects.toThrow();
      },
    );

    test('every known difference names a case', () => {
      const names = new Set(cases.map(({ name }) => name));
      expect(Object.keys(MOTO_DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
