import { describe, expect, test } from '@jest/globals';
import type { CallBudget } from '../cloud/call-budget.ts';
import { allowanceOf, lineOf } from './lines.ts';
import { SERVER_EFFECTS, type ServerEffect } from './server.lifecycle.ts';
import type { ServerDocument } from './server.model.ts';

const server = (fields: object): ServerDocument =>
  ({
    configuration: { region: 'eu-central-1' },
    launch: { unresolved: false },
    instance: { id: 'i-1' },
    everRan: true,
    ...fields,
  }) as ServerDocument;

describe('a server waits for EC2', () => {
  test.each([
    ['runInstance', { launch: { unresolved: true }, everRan: false }, 'launch eu-central-1'],
    ['runInstance', { everRan: false }, null],
    ['obtainCapacity', { launch: { unresolved: true }, everRan: false }, 'launch eu-central-1'],
    ['obtainCapacity', {}, 'start eu-central-1'],
    ['resolveLaunch', { launch: { unresolved: true } }, 'terminate eu-central-1'],
    ['resolveLaunch', {}, null],
    ['startInstance', {}, 'start eu-central-1'],
    ['stopInstance', {}, 'stop eu-central-1'],
    ['rebootInstance', {}, 'reboot eu-central-1'],
    ['terminateInstance', {}, 'remove eu-central-1'],
    ['terminateInstance', { instance: null }, null],
    ['setRecord', {}, null],
  ] as [ServerEffect, object, string | null][])('to %s with %j: %s', (effect, fields, line) => {
    expect(lineOf(effect, server(fields))).toBe(line);
  });

  test('in lines that all have an allowance, launches leaving one call to those that must be resolved', async () => {
    const taken: string[] = [];
    const budget = {
      take: async (action: string, region: string, kept: number) => {
        taken.push(`${action} ${region} ${kept}`);
        return { waitSeconds: 0 };
      },
    } as unknown as CallBudget;
    const servers = [server({}), server({ launch: { unresolved: true }, everRan: false })];
    const lines = servers.flatMap((each) => SERVER_EFFECTS.flatMap((effect) => lineOf(effect, each) ?? []));
    for (const line of [...new Set(lines)].sort()) await allowanceOf(budget).take(line);
    expect(taken).toEqual([
      'RunInstances eu-central-1 1',
      'RebootInstances eu-central-1 0',
      'TerminateInstances eu-central-1 0',
      'StartInstances eu-central-1 0',
      'StopInstances eu-central-1 0',
      'RunInstances eu-central-1 0',
    ]);
  });
});
