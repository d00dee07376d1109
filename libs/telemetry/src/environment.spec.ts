import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { BadEnvironment, readEnvironment } from './environment.ts';

const Environment = z
  .object({
    AMQP_URL: z.url({ protocol: /^amqps?$/ }),
    BERTH_PORT: z.coerce.number().int().max(65_535).default(8080),
    BERTH_CLOUD: z.enum(['simulator', 'aws']).default('simulator'),
    BERTH_AWS_ENDPOINT: z.url().optional(),
  })
  .refine((env) => env.BERTH_CLOUD === 'aws' || env.BERTH_AWS_ENDPOINT !== undefined, {
    path: ['BERTH_AWS_ENDPOINT'],
    message: 'is required with BERTH_CLOUD=simulator',
  });

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readEnvironment(Environment, environment);
  } catch (error) {
    if (error instanceof BadEnvironment) return error.problems;
  }
  throw new Error('It is right');
}

describe('the environment of a process', () => {
  test('that is right is what the schema makes of it', () => {
    expect(readEnvironment(Environment, { AMQP_URL: 'amqp://a', BERTH_CLOUD: 'aws', HOME: '/' })).toEqual({
      AMQP_URL: 'amqp://a',
      BERTH_CLOUD: 'aws',
      BERTH_PORT: 8080,
    });
  });

  test('that is wrong names every bad variable in one line, and no value', () => {
    const secret = 'http://berth:hunter2@rabbit';
    const read = () => readEnvironment(Environment, { AMQP_URL: secret, BERTH_PORT: 'hunter2' });
    expect(read).toThrow(/^the environment is not right: AMQP_URL is wrong .*; BERTH_PORT is wrong .*$/);
    expect(read).not.toThrow('hunter2');
  });

  test('says whether a variable is missing, wrong, or missing because of another', () => {
    expect(problemsOf({ BERTH_CLOUD: 'azure' })).toEqual([
      'AMQP_URL is not set',
      expect.stringMatching(/^BERTH_CLOUD is wrong .*simulator.*aws/),
    ]);
    expect(problemsOf({ AMQP_URL: 'amqp://a' })).toEqual([
      'BERTH_AWS_ENDPOINT is required with BERTH_CLOUD=simulator',
    ]);
  });
});
