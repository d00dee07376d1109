import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  type Instance,
  type RunInstancesCommandInput,
  type Volume,
} from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
  type ChangeInfo,
} from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

export const REGION = 'eu-central-1';

/** An AWS, simulated by whomever, with what the cases need again and again. */
export class Target {
  readonly ec2: EC2Client;
  readonly route53: Route53Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly eventually: <T>(check: () => T | Promise<T>) => Promise<T>;
  #imageId: Promise<string> | undefined;
  #subnetId: Promise<string> | undefined;
  #unique = 0;

  /** `eventually` of the testing fixtures, which only specs may import. */
  constructor(
    endpoint: string,
    eventually: Target['eventually'],
    { maxAttempts = 3 }: { maxAttempts?: number } = {},
  ) {
    this.eventually = eventually;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const options = { endpoint, region: REGION, credentials, maxAttempts };
    this.ec2 = new EC2Client(options);
    this.route53 = new Route53Client(options);
    this.sns = new SNSClient(options);
    this.sqs = new SQSClient(options);
    this.s3 = new S3Client({ ...options, forcePathStyle: true });
  }

  /** A word that no other case uses. */
  unique(): string {
    return `case-${++this.#unique}`;
  }

  imageId(): Promise<string> {
    return (this.#imageId ??= this.ec2
      .send(new DescribeImagesCommand({}))
      .then(({ Images }) => present(Images?.[0]?.ImageId)));
  }

  subnetId(): Promise<string> {
    const Filters = [{ Name: 'availability-zone', Values: [`${REGION}a`] }];
    return (this.#subnetId ??= this.ec2
      .send(new DescribeSubnetsCommand({ Filters }))
      .then(({ Subnets }) => present(Subnets?.[0]?.SubnetId)));
  }

  async run(overrides: Partial<RunInstancesCommandInput> = {}): Promise<Instance> {
    const command = new RunInstancesCommand({
      ImageId: await this.imageId(),
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: await this.subnetId(),
      ...overrides,
    });
    const { Instances } = await this.ec2.send(command);
    return present(Instances?.[0]);
  }

  async running(
    overrides: Partial<RunInstancesCommandInput> = {},
  ): Promise<Instance & { InstanceId: string }> {
    const { InstanceId } = await this.run(overrides);
    return this.inState(present(InstanceId), 'running');
  }

  async inState(InstanceId: string, state: string): Promise<Instance & { InstanceId: string }> {
    const instance = await this.eventually(async () => {
      const found = await this.instance(InstanceId);
      return found.State?.Name === state && found;
    });
    return { ...instance, InstanceId };
  }

  async instance(id: string): Promise<Instance> {
    const { Reservations } = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return present(Reservations?.[0]?.Instances?.[0]);
  }

  async volumesOf(instanceId: string): Promise<Volume[]> {
    const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
    const { Volumes } = await this.ec2.send(new DescribeVolumesCommand({ Filters }));
    return Volumes ?? [];
  }

  async volume(id: string): Promise<Volume> {
    const { Volumes } = await this.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
    return present(Volumes?.[0]);
  }

  /** `['UPSERT', 'a.example.com', '127.0.0.9']` */
  async change(HostedZoneId: string, ...changes: [ChangeAction, string, string][]): Promise<ChangeInfo> {
    const Changes = changes.map(([Action, Name, Value]) => ({
      Action,
      ResourceRecordSet: { Name, Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value }] },
    }));
    const command = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
    const { ChangeInfo } = await this.route53.send(command);
    return present(ChangeInfo);
  }

  close(): void {
    for (const client of [this.ec2, this.route53, this.sns, this.sqs, this.s3]) client.destroy();
  }
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks something');
  return value;
}

/** The code of the error that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => 'no error',
    (error: unknown) => error,
  );
  return outcome instanceof Error ? outcome.name : String(outcome);
}

export interface Case {
  name: string;
  /** Throws when the target is not like AWS. */
  expectation: (aws: Target) => Promise<void>;
}
