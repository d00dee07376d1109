import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { EffectResult } from '@berth/lifecycle';
import { ProblemError } from '@berth/messaging';
import type { Offer } from '@berth/pricing';
import { open, seal } from '@berth/secrets';
import { UserDataTooLarge } from '../boot/user-data.ts';
import { offerFor } from '../catalog/offer.ts';
import { Cloud, CloudRefusal } from '../cloud/cloud.ts';
import { Config } from '../config.ts';
import { Capacity } from './capacity.ts';
import { launchPlan } from './launch-plan.ts';
import { answered } from './launch-request.ts';
import type { LaunchRequest, ServerDocument } from './server.model.ts';

type Result = EffectResult<ServerDocument>;
type Server = Readonly<ServerDocument>;

/** No request is under way at EC2 for so long: minutes at the worst. */
const SETTLED_AFTER_SECONDS = 240;
const NEXT_SENDING_SECONDS = 15;

const NOBODY_IS_ASKED = new AbortController().signal;

/** From an order to an instance: the request is made once, stored, and sent until EC2 has answered it. */
@Injectable()
export class LaunchEffects {
  constructor(
    private readonly config: Config,
    private readonly catalog: CatalogCopy,
    private readonly cloud: Cloud,
    private readonly capacity: Capacity,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the request of a new server within the transaction of its order when AWS need not be asked anything for it,
   * which saves the launch a step under lease. Otherwise that is left to {@link prepare}, as is to say why it cannot be made.
   */
  async prepareAtOnce(server: ServerDocument, offer: Offer): Promise<void> {
    const { region } = server.configuration;
    const [zone = '', ...zonesLeft] = offer.zones;
    const { id: product, ports } = offer.product;
    if (!this.cloud.canPlanAtOnce({ region, zone, product, ports })) return;
    try {
      server.launch = await this.requestFor(server, offer, zone, zonesLeft, NOBODY_IS_ASKED);
      server.zone = zone;
    } catch {
      return;
    }
  }

  async prepare(server: Server, signal: AbortSignal): Promise<Result> {
    try {
      const offer = offerFor(await this.catalog.current(), orderOf(server));
      const [zone = '', ...zonesLeft] = offer.zones;
      const launch = await this.requestFor(server, offer, zone, zonesLeft, signal);
      return {
        text: 'the launch request is ready',
        store: (now) => {
          now.launch = launch;
          now.zone = zone;
        },
      };
    } catch (error) {
      return refused(error);
    }
  }

  /** Sends the request; without capacity the next zone's, and after the last one it waits. */
  async run(server: Server, signal: AbortSignal): Promise<Result> {
    const { launch } = server;
    if (!launch) throw new Error('There is no launch request');
    if (!launch.unresolved) return this.tryZones(server, signal).catch(refused);
    try {
      const { instanceId } = await this.send(server, launch, signal);
      return { text: 'EC2 accepted the launch', store: (now) => this.accept(now, launch, instanceId) };
    } catch (error) {
      if (!(error instanceof CloudRefusal)) throw error;
      if (error.kind === 'throttled') return { text: 'EC2 throttles', error: error.message };
      return this.unsettled(server, launch, error) ?? (await this.after(error, server, launch, signal));
    }
  }

  /** Before anything is taken down: a request whose answer is unknown is sent again, to learn what it made. */
  async resolve(server: Server, signal: AbortSignal): Promise<Result> {
    const { launch } = server;
    if (!launch?.unresolved) return { text: 'the launch is resolved' };
    try {
      const { instanceId } = await this.send(server, launch, signal);
      return { text: 'EC2 named the instance', store: (now) => this.accept(now, launch, instanceId) };
    } catch (error) {
      if (!(error instanceof CloudRefusal)) throw error;
      if (error.kind === 'throttled') return { text: 'EC2 throttles', error: error.message };
      const never = {
        text: 'EC2 never made an instance',
        store: (now: ServerDocument) => resolveRequest(now, launch),
      };
      return this.unsettled(server, launch, error) ?? never;
    }
  }

  /**
   * A refusal says nothing of a sending before it that was never answered: EC2 may still be at that one, and make an
   * instance in a moment. The same request is sent again and again, which makes one at most, until it has been refused for
   * so long that nothing can be under way any more. Null when the refusal stands.
   */
  private unsettled({ progress }: Server, launch: LaunchRequest, { code }: CloudRefusal): Result | null {
    const now = this.clock.now();
    const since = progress.mayBeDone ? now : launch.refusedSince;
    if (!since || now.getTime() - since.getTime() >= SETTLED_AFTER_SECONDS * 1000) return null;
    return {
      text: `EC2 refuses the launch (${code}), but may still be at an earlier sending of it`,
      store: ({ launch: sent }) => {
        if (sent?.clientToken === launch.clientToken) sent.refusedSince = since;
      },
      againInSeconds: NEXT_SENDING_SECONDS,
    };
  }

  private after(
    refusal: CloudRefusal,
    server: Server,
    launch: LaunchRequest,
    signal: AbortSignal,
  ): Promise<Result> | Result {
    return refusal.kind === 'capacity'
      ? this.nextZone(server, launch, signal).catch(refused)
      : refused(refusal);
  }

  private send(server: Server, { sealedRequest }: LaunchRequest, signal: AbortSignal) {
    const request = open(this.config.secretsKey, sealedRequest, requestContext(server));
    return this.cloud.launch(server.configuration.region, request, signal);
  }

  private accept(now: ServerDocument, launch: LaunchRequest, instanceId: string): void {
    if (now.launch?.clientToken !== launch.clientToken) return;
    now.launch = { ...answered(now.launch), acceptedAt: this.clock.now() };
    now.capacity = null;
    // Its state may have been observed already: EC2's answer can come after its notification.
    now.instance ??= {
      id: instanceId,
      state: 'pending',
      ip: null,
      launchedAt: null,
      reasonCode: null,
      revision: 0,
    };
  }

  /** Refused for certain: only then is there a new request, with a new token. */
  private async nextZone(server: Server, launch: LaunchRequest, signal: AbortSignal): Promise<Result> {
    const [zone, ...zonesLeft] = launch.zonesLeft;
    if (zone === undefined) {
      return this.capacity.missing(server, server.configuration.zone, (now) => resolveRequest(now, launch));
    }
    const offer = offerFor(await this.catalog.current(), orderOf(server));
    const next = await this.requestFor(server, offer, zone, zonesLeft, signal);
    return {
      text: `no capacity in ${launch.zone}`,
      store: (now) => {
        now.launch = next;
        now.zone = zone;
      },
      againInSeconds: 0,
    };
  }

  /** Once more through all zones. */
  private async tryZones(server: Server, signal: AbortSignal): Promise<Result> {
    const offer = offerFor(await this.catalog.current(), orderOf(server));
    const [zone = '', ...zonesLeft] = offer.zones;
    const next = await this.requestFor(server, offer, zone, zonesLeft, signal);
    return {
      text: `tries ${zone}`,
      store: (now) => {
        now.launch = next;
        now.zone = zone;
      },
      againInSeconds: 0,
    };
  }

  private async requestFor(
    server: Server,
    offer: Offer,
    zone: string,
    zonesLeft: string[],
    signal: AbortSignal,
  ): Promise<LaunchRequest> {
    const clientToken = randomUUID();
    const plan = launchPlan(server, offer, { zone, clientToken, config: this.config });
    const request = await this.cloud.planLaunch(plan, signal);
    return {
      clientToken,
      sealedRequest: seal(this.config.secretsKey, request, requestContext(server)),
      zone,
      zonesLeft,
      unresolved: true,
      acceptedAt: null,
    };
  }
}

const requestContext = ({ _id }: Server) => `launch/${_id}`;

const orderOf = ({ configuration }: Server) => ({
  ...configuration,
  zone: configuration.zone ?? undefined,
});

function resolveRequest(now: ServerDocument, launch: LaunchRequest): void {
  if (now.launch?.clientToken === launch.clientToken) now.launch = answered(now.launch);
}

/** What EC2, or the catalog by now, will never accept ends the launch; anything else is unknown and tried again. */
function refused(error: unknown): Result {
  const refusal = refusalIn(error);
  if (!refusal) throw error;
  return {
    text: `EC2 refused the launch: ${refusal.code}`,
    store: (now) => {
      now.refusal = refusal;
      if (now.launch) now.launch = answered(now.launch);
    },
  };
}

function refusalIn(error: unknown): { code: string; detail: string } | null {
  if (error instanceof CloudRefusal)
    return error.kind === 'refused' ? { code: error.code, detail: error.message } : null;
  if (error instanceof UserDataTooLarge) return { code: 'user_data_too_large', detail: error.message };
  // A catalog that has not arrived yet refuses nothing for good.
  if (error instanceof ProblemError && error.status < 500) return { code: error.code, detail: error.message };
  return null;
}
