import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStateChange,
  RebootInstancesRequest,
  RunInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../errors.ts';
import { ACCOUNT } from '../sns/fauxqs.ts';
import type { World } from '../world.ts';
import { filtered, type FilterFields } from './filters.ts';
import { instanceView, stateView } from './instance.view.ts';
import { capacityLeft, dryRun, insufficientCapacity, runInstances } from './launch.ts';
import { STATE_CODES, type Instance, type InstanceState } from './model.ts';
import type { Ec2Call } from './operations.ts';
import { page } from './pages.ts';

/** From `running` to status checks that passed. */
const STATUS_CHECK_SECONDS = 3;

const FILTERS: FilterFields<Instance> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'instance-state-code': ({ state }) => [String(STATE_CODES[state])],
  'instance-type': ({ instanceType }) => [instanceType],
  'image-id': ({ imageId }) => [imageId],
  'client-token': ({ clientToken }) => [clientToken],
  'reservation-id': ({ reservationId }) => [reservationId],
  'availability-zone': ({ zone }) => [zone],
  'subnet-id': ({ subnetId }) => [subnetId],
  'vpc-id': ({ vpcId }) => [vpcId],
  'ip-address': ({ publicIp }) => [publicIp],
  'private-ip-address': ({ privateIp }) => [privateIp],
  'instance.group-id': ({ securityGroupIds }) => securityGroupIds,
};

export function instanceOperations(world: World) {
  const { instances, volumes, clock, config } = world;

  /** All ids or none: one that cannot be changed refuses the whole request. */
  function change(
    { InstanceIds: ids = [], DryRun }: { InstanceIds?: string[] | undefined; DryRun?: boolean | undefined },
    region: string,
    { refuse, act }: { refuse: (instance: Instance) => void; act: (instance: Instance) => void },
  ): InstanceStateChange[] {
    if (ids.length === 0)
      throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
    const named = [...new Set(ids)].map((id) => instances.named(region, id));
    for (const instance of named) refuse(instance);
    if (DryRun) throw dryRun();
    return named.map((instance) => {
      const PreviousState = stateView(instance.state);
      act(instance);
      return { InstanceId: instance.id, PreviousState, CurrentState: stateView(instance.state) };
    });
  }

  return {
    RunInstances: (input: RunInstancesRequest, call: Ec2Call) => runInstances(world, input, call),

    DescribeInstances(input: DescribeInstancesRequest, { region }: Ec2Call): DescribeInstancesResult {
      if (input.InstanceIds?.length && input.MaxResults !== undefined) {
        throw new AwsError(
          'InvalidParameterCombination',
          'The parameter instancesSet cannot be used with the parameter maxResults',
        );
      }
      const named = input.InstanceIds?.length
        ? input.InstanceIds.map((id) => instances.named(region, id))
        : undefined;
      const found = filtered(named ?? instances.ofRegion(region), input.Filters, FILTERS);
      const { items, nextToken } = page(found, input, { least: 5 });
      const reservations = Map.groupBy(items, ({ reservationId }) => reservationId);
      return {
        NextToken: nextToken,
        Reservations: [...reservations].map(([ReservationId, members]) => ({
          ReservationId,
          OwnerId: ACCOUNT,
          Groups: [],
          Instances: members.map((instance) => instanceView(instance, volumes)),
        })),
      };
    },

    DescribeInstanceStatus(
      input: DescribeInstanceStatusRequest,
      { region }: Ec2Call,
    ): DescribeInstanceStatusResult {
      const named = input.InstanceIds?.length
        ? input.InstanceIds.map((id) => instances.named(region, id))
        : undefined;
      const found = filtered(named ?? instances.ofRegion(region), input.Filters, FILTERS).filter(
        ({ state }) => input.IncludeAllInstances === true || state === 'running',
      );
      const { items, nextToken } = page(found, input, { least: 5 });
      return {
        NextToken: nextToken,
        InstanceStatuses: items.map((instance) => {
          const Status = statusOf(instance, clock.now());
          return {
            InstanceId: instance.id,
            AvailabilityZone: instance.zone,
            InstanceState: stateView(instance.state),
            InstanceStatus: { Status },
            SystemStatus: { Status },
          };
        }),
      };
    },

    StartInstances(input: StartInstancesRequest, { region }: Ec2Call): StartInstancesResult {
      const refuse = (instance: Instance) => {
        mustBe(instance, ['stopped', 'pending', 'running'], 'started');
        if (instance.state === 'stopped' && capacityLeft(world, instance.zone, instance.instanceType) < 1) {
          throw insufficientCapacity(instance.instanceType, instance.zone);
        }
      };
      const act = (instance: Instance) => void (instance.state === 'stopped' && instances.start(instance));
      return { StartingInstances: change(input, region, { refuse, act }) };
    },

    StopInstances(input: StopInstancesRequest, { region }: Ec2Call): StopInstancesResult {
      const refuse = (instance: Instance) => mustBe(instance, ['running', 'stopping', 'stopped'], 'stopped');
      const act = (instance: Instance) => void (instance.state === 'running' && instances.stop(instance));
      return { StoppingInstances: change(input, region, { refuse, act }) };
    },

    RebootInstances(input: RebootInstancesRequest, { region }: Ec2Call): void {
      const refuse = (instance: Instance) => mustBe(instance, ['running'], 'rebooted');
      change(input, region, { refuse, act: (instance) => instances.reboot(instance) });
    },

    TerminateInstances(input: TerminateInstancesRequest, { region }: Ec2Call): TerminateInstancesResult {
      const refuse = ({ id, disableApiTermination, state }: Instance) => {
        if (!disableApiTermination || state === 'terminated') return;
        throw new AwsError(
          'OperationNotPermitted',
          `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        );
      };
      const act = (instance: Instance) => {
        if (instance.state !== 'shutting-down' && instance.state !== 'terminated')
          instances.terminate(instance);
      };
      return { TerminatingInstances: change(input, region, { refuse, act }) };
    },
  };

  function statusOf({ state, impaired, runningAt = 0 }: Instance, now: number) {
    if (state !== 'running') return 'not-applicable';
    if (impaired) return 'impaired';
    return now < runningAt + (STATUS_CHECK_SECONDS / config.speed) * 1000 ? 'initializing' : 'ok';
  }
}

export function mustBe({ id, state }: Instance, allowed: InstanceState[], participle: string): void {
  if (allowed.includes(state)) return;
  throw new AwsError(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be ${participle}.`,
  );
}
