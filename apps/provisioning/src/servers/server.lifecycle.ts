import type { FailureCode } from '@berth/contracts';
import { hours, minutes, type FirstOf, type Lifecycle, type Span, type Step } from '@berth/lifecycle';
import { serverFacts, type ServerFact } from './server.facts.ts';
import type { LiveStatus, ServerDocument } from './server.model.ts';

export const SERVER_EFFECTS = [
  'prepareLaunch',
  'runInstance',
  'resolveLaunch',
  'obtainCapacity',
  'startInstance',
  'stopInstance',
  'rebootInstance',
  'terminateInstance',
  'deleteDisks',
  'setRecord',
  'removeRecord',
  'release',
] as const;
export type ServerEffect = (typeof SERVER_EFFECTS)[number];

const bootTimeout: Span<ServerDocument> = {
  text: "the product's boot timeout, at launch from RunInstances on",
  deadline: ({ boot, launch, everRan, enteredAt }) => {
    const from = (everRan ? null : launch?.acceptedAt) ?? enteredAt;
    return new Date(from.getTime() + boot.timeoutSeconds * 1000);
  },
};

const capacityPatience: Span<ServerDocument> = {
  text: '24 h for a launch, 1 h for a resume',
  deadline: ({ everRan, enteredAt }) => new Date(enteredAt.getTime() + hours(everRan ? 1 : 24) * 1000),
};

const lost = { to: 'unavailable', reason: 'host_failed' } as const;
const silent = { to: 'unavailable', reason: 'app_silent' } as const;
const interrupted = { to: 'unavailable', reason: 'interrupted' } as const;
const failed = (reason: FailureCode) => ({ to: 'failed', reason }) as const;
const terminateWanted = 'terminating' as const;
/** Paused because the account's budget is used up. */
const budgetExceeded = { to: 'pausing', reason: 'budget' } as const;

/** Whatever was wanted did not come in time: the server is what is observed, its record is restored if it runs. */
const settle: FirstOf<LiveStatus, ServerFact> = {
  firstOf: { interrupted, hostLost: lost, instanceStopped: 'paused', addressKnown: 'configuring' },
  otherwise: lost,
};

/** Undoing a launch and terminating are the same work; each step looks whether there is anything to do. */
const cleanUp: readonly Step<ServerFact, ServerEffect>[] = [
  { name: 'resolve_launch', do: 'resolveLaunch', until: 'launchResolved' },
  { name: 'remove_record', do: 'removeRecord', until: 'recordAbsent' },
  { name: 'terminate_instance', do: 'terminateInstance', until: 'instanceTerminated' },
  { name: 'delete_disk', do: 'deleteDisks', until: 'disksDeleted' },
  { name: 'release', do: 'release', until: 'released' },
];

/** THE TABLE: what a server does in each state, what it waits for and how long, what comes next, what is billed. */
export const serverLifecycle: Lifecycle<ServerDocument, LiveStatus, ServerFact, ServerEffect> = {
  initial: 'requested',
  facts: serverFacts,
  effects: SERVER_EFFECTS,
  states: {
    requested: {
      computeBilled: false,
      on: { terminateWanted, launchRefused: failed('launch_refused') },
      steps: [{ name: 'prepare', do: 'prepareLaunch', until: 'launchPrepared' }],
      then: 'provisioning',
      within: minutes(10),
      late: failed('launch_timeout'),
    },
    provisioning: {
      computeBilled: false,
      on: {
        terminateWanted,
        launchRefused: failed('launch_refused'),
        noCapacity: 'waiting_for_capacity',
        lostBeforeFirstRun: failed('instance_lost'),
      },
      steps: [
        { name: 'create_instance', do: 'runInstance', until: 'instanceKnown' },
        { name: 'start_instance', until: 'addressKnown' },
      ],
      then: 'configuring',
      within: minutes(30),
      late: failed('launch_timeout'),
    },
    waiting_for_capacity: {
      computeBilled: false,
      on: { terminateWanted, launchRefused: failed('launch_refused'), resumeGivenUp: 'pausing' },
      steps: [{ name: 'obtain_capacity', do: 'obtainCapacity', until: 'capacityFound' }],
      then: { firstOf: { neverRan: 'provisioning' }, otherwise: 'resuming' },
      within: capacityPatience,
      late: {
        firstOf: { neverRan: failed('capacity_unavailable') },
        otherwise: { to: 'paused', reason: 'capacity_unavailable' },
      },
    },
    configuring: {
      computeBilled: false,
      on: {
        terminateWanted,
        lostBeforeFirstRun: failed('instance_lost'),
        bootFailedAtFirst: failed('boot_failed'),
        recordRefusedAtFirst: failed('record_refused'),
        interrupted,
        hostLost: lost,
        instanceStopping: 'pausing',
        bootFailed: silent,
      },
      steps: [
        { name: 'reboot', do: 'rebootInstance', until: 'rebooted' },
        { name: 'set_record', do: 'setRecord', until: 'recordInSync' },
        { name: 'boot', until: 'appReady' },
      ],
      then: 'running',
      within: bootTimeout,
      late: { firstOf: { neverRan: failed('boot_timeout') }, otherwise: silent },
    },
    running: {
      computeBilled: true,
      on: {
        terminateWanted,
        interrupted,
        hostLost: lost,
        instanceStopping: 'pausing',
        budgetExceeded,
        pauseWanted: 'pausing',
        restartWanted: { to: 'configuring', reason: 'restart' },
        addressChanged: { to: 'configuring', reason: 'address_changed' },
        silent,
      },
    },
    pausing: {
      computeBilled: false,
      on: { terminateWanted, interrupted, hostLost: lost },
      steps: [
        { name: 'remove_record', do: 'removeRecord', until: 'recordAbsent' },
        { name: 'stop_instance', do: 'stopInstance', until: 'instanceStopped' },
      ],
      then: { firstOf: { budgetExceeded: { to: 'paused', reason: 'budget' } }, otherwise: 'paused' },
      within: minutes(15),
      late: settle,
    },
    paused: {
      computeBilled: false,
      on: {
        terminateWanted,
        interrupted,
        hostLost: lost,
        resumeWanted: 'resuming',
        startedUnasked: 'pausing',
      },
      steps: [{ name: 'remove_record', do: 'removeRecord', until: 'recordAbsent' }],
      within: minutes(15),
      late: 'stuck',
    },
    resuming: {
      computeBilled: false,
      on: { terminateWanted, interrupted, hostLost: lost, noCapacity: 'waiting_for_capacity' },
      steps: [{ name: 'start_instance', do: 'startInstance', until: 'addressKnown' }],
      then: 'configuring',
      within: minutes(15),
      late: settle,
    },
    unavailable: {
      computeBilled: ['app_silent'],
      on: {
        terminateWanted,
        interrupted,
        hostLost: lost,
        instanceStopping: 'pausing',
        budgetExceeded,
        pauseWanted: 'pausing',
        restartWanted: { to: 'configuring', reason: 'restart' },
        addressChanged: { to: 'configuring', reason: 'address_changed' },
        reachable: 'running',
      },
      steps: [
        { name: 'remove_record', do: 'removeRecord', until: 'recordNotDangling' },
        // It may have come here before its record was there.
        { name: 'set_record', do: 'setRecord', until: 'recordFollows' },
      ],
      within: minutes(15),
      late: 'stuck',
    },
    terminating: {
      computeBilled: false,
      steps: cleanUp,
      then: 'terminated',
      within: minutes(30),
      late: 'stuck',
    },
    terminated: { computeBilled: false },
    failed: {
      computeBilled: false,
      on: { terminateWanted, retryWanted: 'requested' },
      steps: cleanUp,
      within: minutes(30),
      late: 'stuck',
    },
  },
};
