import { Injectable, Logger } from '@nestjs/common';
import type { ServiceName } from '@berth/contracts';
import { SERVICES } from '../health/service-readiness.ts';

/** How long a service may take to answer when all are asked: the others' answers wait for it. */
export const DEADLINE_SECONDS = 3;

/** For what each service knows a part of. */
@Injectable()
export class EveryService {
  private readonly logger = new Logger('Admin');

  /** Asks these services, or all, at once: what they answer, and who did not. */
  async ask<Answer>(
    question: (service: ServiceName) => Promise<Answer>,
    services: readonly ServiceName[] = SERVICES,
  ): Promise<{ answers: Answer[]; unanswered: ServiceName[] }> {
    const unanswered: ServiceName[] = [];
    const answers = await Promise.all(
      services.map((service) =>
        question(service).catch((error: unknown) => {
          this.logger.warn({ service, error: String(error) }, 'A service did not answer staff');
          unanswered.push(service);
          return undefined;
        }),
      ),
    );
    return { answers: answers.filter((answer) => answer !== undefined), unanswered };
  }
}
