import { Injectable } from '@nestjs/common';
import { SERVICE_NAMES, type ServiceName } from '@berth/contracts';
import { readinessOf, Requests } from '@berth/messaging';
import { Readiness, type ReadinessReport } from '@berth/telemetry';

/** All services behind the gateway. */
export const SERVICES = SERVICE_NAMES.filter((name) => name !== 'gateway');

/** A service gives its own checks 2 s. */
const DEADLINE_SECONDS = 3;
/** Strangers may ask as often as they like; the services are asked once a second at most. */
const KEPT_MILLISECONDS = 1_000;

/** A service that cannot do its work: the checks that do not hold, none when it does not answer. */
interface NotReady {
  service: ServiceName;
  checks: string[];
}

@Injectable()
export class ServiceReadiness {
  private asked = Number.NEGATIVE_INFINITY;
  private answer?: Promise<NotReady[]>;

  constructor(
    private readonly requests: Requests,
    private readonly own: Readiness,
  ) {}

  /** Every service that is not ready, this gateway included; asks the others over the bus, with a short deadline. */
  notReady(): Promise<NotReady[]> {
    const now = performance.now();
    if (!this.answer || now - this.asked > KEPT_MILLISECONDS) {
      this.asked = now;
      this.answer = this.askAll();
    }
    return this.answer;
  }

  private async askAll(): Promise<NotReady[]> {
    const own = this.own.report().then((report) => missingIn('gateway', report));
    const answers = await Promise.all([...SERVICES.map((service) => this.ask(service)), own]);
    return answers.filter((answer) => answer !== undefined);
  }

  private async ask(service: ServiceName): Promise<NotReady | undefined> {
    try {
      const report = await this.requests.ask(readinessOf(service), {}, { deadlineSeconds: DEADLINE_SECONDS });
      return missingIn(service, report);
    } catch {
      return { service, checks: [] };
    }
  }
}

const missingIn = (service: ServiceName, { ready, checks }: ReadinessReport): NotReady | undefined =>
  ready ? undefined : { service, checks: Object.keys(checks).filter((check) => !checks[check]) };
