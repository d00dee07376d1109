import * as ec2 from '@aws-sdk/client-ec2';
import * as route53 from '@aws-sdk/client-route-53';
import { describe, expect, test } from '@jest/globals';
import { fromQuery, queryTree } from './query.ts';
import { readRest, routesOf } from './rest.ts';
import { CodecError, operationsOf, type OperationSchema } from './schema.ts';
import { fromXml, toXml } from './xml.ts';

const ec2Operations = operationsOf(ec2);
const route53Operations = operationsOf(route53);

function schemaOf(operations: Map<string, OperationSchema>, name: string): OperationSchema {
  const schema = operations.get(name);
  if (!schema) throw new Error(`no ${name}`);
  return schema;
}

const read = (operation: string, body: string) =>
  fromQuery(schemaOf(ec2Operations, operation).input, queryTree(body));

describe('the EC2 Query codec', () => {
  test('knows every operation of the SDK', () => {
    const commands = Object.keys(ec2).filter((name) => name.endsWith('Command') && name !== '$Command');
    expect([...ec2Operations.keys()].sort()).toEqual(
      commands.map((name) => name.slice(0, -'Command'.length)).sort(),
    );
  });

  test('reads lists, structures, numbers, booleans and text by the names of the wire', () => {
    const body = new URLSearchParams({
      ImageId: 'ami-1',
      MinCount: '1',
      MaxCount: '2',
      'SecurityGroupId.2': 'sg-2',
      'SecurityGroupId.1': 'sg-1',
      'BlockDeviceMapping.1.DeviceName': '/dev/sdf',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '20',
      'BlockDeviceMapping.1.Ebs.Encrypted': 'true',
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.1.Tag.1.Key': 'a=b&c',
      'TagSpecification.1.Tag.1.Value': 'ü',
    });
    expect(read('RunInstances', body.toString())).toEqual({
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 2,
      SecurityGroupIds: ['sg-1', 'sg-2'],
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, Encrypted: true } }],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a=b&c', Value: 'ü' }] }],
    });
  });

  test.each([
    ['an unknown name', 'Nonsense=1'],
    ['an unknown name inside', 'Placement.Nonsense=1'],
    ['no number', 'MinCount=one'],
    ['an empty number', 'MinCount='],
    ['no boolean', 'DryRun=perhaps'],
    ['text where a structure belongs', 'Placement=1'],
    ['a structure where text belongs', 'ImageId.1=ami-1'],
    ['a list position that is none', 'SecurityGroupId.first=sg-1'],
    ['text and structure at once', 'Placement=1&Placement.Tenancy=default'],
    ['the prototype', '__proto__.polluted=1'],
    ['the constructor', 'constructor.prototype.polluted=1'],
  ])('refuses %s', (_what, body) => {
    expect(() => read('RunInstances', body)).toThrow(CodecError);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('the XML codec', () => {
  const change = schemaOf(route53Operations, 'ChangeResourceRecordSets');

  test('a request reads as it was meant, markup in it included', () => {
    const ChangeBatch = {
      Comment: 'a & b <c>',
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name: 'a.x', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '1.2.3.4' }] },
        },
      ],
    };
    const xml = toXml(change.input, { ChangeBatch }, 'ChangeResourceRecordSetsRequest');
    const request = readRest(
      routesOf(route53Operations),
      'POST',
      new URL('http://localhost/2013-04-01/hostedzone/Z%2F1/rrset'),
      xml,
    );
    expect(request?.operation.name).toBe('ChangeResourceRecordSets');
    expect(request?.input).toEqual({ HostedZoneId: 'Z/1', ChangeBatch });
  });

  test('values in the query are read by their type', () => {
    const url = new URL('http://localhost/2013-04-01/hostedzone/Z1/rrset?maxitems=7&name=a.x&type=A');
    expect(readRest(routesOf(route53Operations), 'GET', url, '')).toMatchObject({
      operation: { name: 'ListResourceRecordSets' },
      input: { HostedZoneId: 'Z1', MaxItems: 7, StartRecordName: 'a.x', StartRecordType: 'A' },
    });
  });

  test.each([
    ['no XML', 'nonsense <'],
    [
      'a document type',
      '<!DOCTYPE R [<!ENTITY a "ha">]><R><ChangeBatch><Comment>&a;</Comment></ChangeBatch></R>',
    ],
    ['an element left open', '<A><B></A>'],
    [
      'a number that is none',
      '<R><ChangeBatch><Changes><Change><ResourceRecordSet><TTL>x</TTL></ResourceRecordSet></Change></Changes></ChangeBatch></R>',
    ],
    ['a structure where text belongs', '<R><ChangeBatch><Comment><b/></Comment></ChangeBatch></R>'],
  ])('refuses %s', (_what, xml) => {
    expect(() => fromXml(change.input, xml)).toThrow(CodecError);
  });

  test('a path that cannot be decoded is refused', () => {
    const url = new URL('http://localhost/2013-04-01/hostedzone/%ZZ/rrset');
    expect(() => readRest(routesOf(route53Operations), 'GET', url, '')).toThrow(CodecError);
  });
});
