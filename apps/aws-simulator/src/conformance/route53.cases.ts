import {
  CreateHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ChangeAction,
} from '@aws-sdk/client-route-53';
import { expect } from '@jest/globals';
import { present, refusal, type Case, type Target } from './target.ts';

async function zone(aws: Target): Promise<{ id: string; name: string }> {
  const name = `${aws.unique()}.example.com`;
  const command = new CreateHostedZoneCommand({ Name: name, CallerReference: name });
  return { id: present((await aws.route53.send(command)).HostedZone?.Id), name };
}

async function addresses(aws: Target, HostedZoneId: string): Promise<Record<string, string | undefined>> {
  const { ResourceRecordSets } = await aws.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  const records = (ResourceRecordSets ?? []).filter((record) => record.Type === 'A');
  return Object.fromEntries(records.map((record) => [record.Name, record.ResourceRecords?.[0]?.Value]));
}

const status = async (aws: Target, Id: string) =>
  (await aws.route53.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status;

export const route53Cases: Case[] = [
  {
    name: 'a new zone has name servers, and is found by name',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      const { HostedZone, DelegationSet } = await aws.route53.send(new GetHostedZoneCommand({ Id: id }));
      expect(HostedZone).toMatchObject({ Id: id, Name: `${name}.`, ResourceRecordSetCount: 2 });
      expect(DelegationSet?.NameServers).toHaveLength(4);
      const byName = new ListHostedZonesByNameCommand({ DNSName: name });
      expect((await aws.route53.send(byName)).HostedZones?.[0]?.Id).toBe(id);
    },
  },
  {
    name: 'a caller reference makes one zone',
    async expectation(aws) {
      const { name } = await zone(aws);
      const again = new CreateHostedZoneCommand({ Name: name, CallerReference: name });
      expect(await refusal(aws.route53.send(again))).toBe('HostedZoneAlreadyExists');
    },
  },
  {
    name: 'a change is in sync in the end',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      const change = await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.1']);
      expect(change.Id).toMatch(/^\/change\/C/);
      await aws.eventually(async () => (await status(aws, present(change.Id))) === 'INSYNC');
      expect(await addresses(aws, id)).toEqual({ [`a.${name}.`]: '127.20.0.1' });
    },
  },
  {
    name: 'names are kept in lower case',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      await aws.change(id, ['UPSERT', `Mixed.${name}`, '127.20.0.1']);
      expect(await addresses(aws, id)).toEqual({ [`mixed.${name}.`]: '127.20.0.1' });
    },
  },
  {
    name: 'a change is pending at first',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      const { Status } = await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.1']);
      expect(Status).toBe('PENDING');
    },
  },
  {
    name: 'UPSERT makes and replaces, DELETE removes',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.1']);
      await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.2']);
      expect(await addresses(aws, id)).toEqual({ [`a.${name}.`]: '127.20.0.2' });
      await aws.change(id, ['DELETE', `a.${name}`, '127.20.0.2']);
      expect(await addresses(aws, id)).toEqual({});
    },
  },
  {
    name: 'DELETE with another value than the current one is refused',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.1']);
      expect(await refusal(aws.change(id, ['DELETE', `a.${name}`, '127.20.0.2']))).toBe('InvalidChangeBatch');
    },
  },
  ...(
    [
      ['CREATE of a record that exists', 'CREATE', 'a', '127.20.0.9'],
      ['DELETE of a record that does not exist', 'DELETE', 'ghost', '127.20.0.9'],
      ['an address that is none', 'UPSERT', 'b', 'not-an-address'],
    ] as const
  ).map(([what, action, label, value]) => ({
    name: `${what} refuses the whole batch`,
    async expectation(aws: Target) {
      const { id, name } = await zone(aws);
      await aws.change(id, ['UPSERT', `a.${name}`, '127.20.0.1']);
      const bad: [ChangeAction, string, string] = [action, `${label}.${name}`, value];
      const batch = aws.change(id, ['UPSERT', `good.${name}`, '127.20.0.3'], bad);
      expect(await refusal(batch)).toBe('InvalidChangeBatch');
      expect(await addresses(aws, id)).toEqual({ [`a.${name}.`]: '127.20.0.1' });
    },
  })),
  {
    name: 'a name outside the zone is refused',
    async expectation(aws) {
      const { id } = await zone(aws);
      expect(await refusal(aws.change(id, ['UPSERT', 'a.other.org', '127.20.0.1']))).toBe(
        'InvalidChangeBatch',
      );
    },
  },
  {
    name: 'a batch may hold 1,000 records, and an UPSERT counts twice',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      const upserts = (count: number) =>
        Array.from({ length: count }, (_, index): [ChangeAction, string, string] => [
          'UPSERT',
          `s${index}.${name}`,
          `127.21.${index >> 8}.${index & 255}`,
        ]);
      expect(await refusal(aws.change(id, ...upserts(501)))).toBe('InvalidChangeBatch');
      await aws.change(id, ...upserts(500));
      expect(Object.keys(await addresses(aws, id)).length).toBeGreaterThan(290);
    },
  },
  {
    name: 'lists of records come in pages, in order',
    async expectation(aws) {
      const { id, name } = await zone(aws);
      await aws.change(
        id,
        ...['c', 'a', 'b'].map((label): [ChangeAction, string, string] => [
          'CREATE',
          `${label}.${name}`,
          '127.20.0.1',
        ]),
      );
      const list = (StartRecordName?: string) =>
        aws.route53.send(
          new ListResourceRecordSetsCommand({
            HostedZoneId: id,
            MaxItems: 2,
            ...(StartRecordName && { StartRecordName, StartRecordType: 'A' }),
          }),
        );
      const first = await list(`a.${name}`);
      expect(first.ResourceRecordSets?.map((record) => record.Name)).toEqual([`a.${name}.`, `b.${name}.`]);
      expect(first).toMatchObject({ IsTruncated: true, NextRecordName: `c.${name}.`, NextRecordType: 'A' });
      const second = await list(first.NextRecordName);
      expect(second).toMatchObject({ IsTruncated: false });
      expect(second.ResourceRecordSets?.map((record) => record.Name)).toEqual([`c.${name}.`]);
    },
  },
  {
    name: 'an unknown zone is not found',
    expectation: async (aws) =>
      expect(await refusal(addresses(aws, 'Z00000000000000000000'))).toBe('NoSuchHostedZone'),
  },
  {
    name: 'an unknown change is not found',
    expectation: async (aws) =>
      expect(await refusal(status(aws, 'C00000000000000000000'))).toBe('NoSuchChange'),
  },
];
