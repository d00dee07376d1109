import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { AccessGuard } from './access/access.guard.ts';
import { Identities } from './access/identities.ts';
import { IdentityHandlers } from './access/identity.handlers.ts';
import { PassportsInterceptor } from './access/passports.interceptor.ts';
import { SessionCookie } from './access/session-cookie.ts';
import { AccountsController } from './accounts/accounts.controller.ts';
import { ClosingController } from './accounts/closing.controller.ts';
import { LogInBreaker } from './accounts/log-in-breaker.ts';
import { MailController } from './accounts/mail.controller.ts';
import { MembersController } from './accounts/members.controller.ts';
import { SecondFactorController } from './accounts/second-factor.controller.ts';
import { SessionsController } from './accounts/sessions.controller.ts';
import { TokensController } from './accounts/tokens.controller.ts';
import { AdminAccountsController } from './admin/accounts.controller.ts';
import { DeadLettersController } from './admin/dead-letters.controller.ts';
import { EveryService } from './admin/every-service.ts';
import { FleetController } from './admin/fleet.controller.ts';
import { StuckThings } from './admin/stuck-things.ts';
import { OrphansController } from './admin/orphans.controller.ts';
import { PricesController } from './admin/prices.controller.ts';
import { StuckController } from './admin/stuck.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { IntentInterceptor } from './audit/intent.interceptor.ts';
import { OutcomeInterceptor } from './audit/outcome.interceptor.ts';
import { StaffAuditController } from './audit/staff-audit.controller.ts';
import { Bus } from './bus/bus.ts';
import { Pending } from './bus/pending.ts';
import { CatalogController } from './catalog/catalog.controller.ts';
import { Config } from './config.ts';
import { ConsoleController } from './console/console.controller.ts';
import { DevMailController } from './dev-mail/dev-mail.controller.ts';
import { DocsController } from './docs/docs.controller.ts';
import { EventHandlers } from './events/event.handlers.ts';
import { EventsController } from './events/events.controller.ts';
import { Streams } from './events/streams.ts';
import { HealthController } from './health/health.controller.ts';
import { ServiceReadiness } from './health/service-readiness.ts';
import { HostnamesController } from './hostnames/hostnames.controller.ts';
import { ContractInterceptor } from './http/contract.interceptor.ts';
import { Drain } from './http/drain.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { RouteCheck } from './http/route-check.ts';
import { Admission } from './limits/admission.ts';
import { RateLimits } from './limits/rate-limits.ts';
import { SharedCounts } from './limits/shared-counts.ts';
import { OperationsController } from './operations/operations.controller.ts';
import { PagesController } from './pages/pages.controller.ts';
import { ServerActionsController } from './servers/server-actions.controller.ts';
import { ServersController } from './servers/servers.controller.ts';
import { Certificates } from './sns/certificates.ts';
import { SnsController } from './sns/sns.controller.ts';
import { Sns } from './sns/sns.ts';
import { SnsSite } from './sns/sns-site.ts';
import { BudgetController } from './usage/budget.controller.ts';
import { CreditsController } from './usage/credits.controller.ts';
import { VoidsController } from './usage/voids.controller.ts';
import { ReconciliationsController } from './usage/reconciliations.controller.ts';
import { UsageFeedController } from './usage/usage-feed.controller.ts';
import { TermsController } from './usage/terms.controller.ts';
import { BillingProfilesController } from './usage/billing-profiles.controller.ts';
import { InvoicesController } from './usage/invoices.controller.ts';
import { UsageController } from './usage/usage.controller.ts';

/**
 * Answers every route of `routes` and `pages`, each by a request to the service that owns the subject.
 * Owns nothing: no database, no queue that outlives it.
 */
@Module({})
export class GatewayModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        ClockModule.forRoot(),
        BusModule.forRoot({
          service: 'gateway',
          amqpUrl: config.amqpUrl,
          passportKeys: config.passportKeys,
        }),
      ],
      controllers: [
        AccountsController,
        SessionsController,
        SecondFactorController,
        MailController,
        MembersController,
        TokensController,
        ClosingController,
        AuditController,
        CatalogController,
        HostnamesController,
        ServersController,
        ServerActionsController,
        OperationsController,
        UsageController,
        CreditsController,
        VoidsController,
        UsageFeedController,
        TermsController,
        PricesController,
        BudgetController,
        InvoicesController,
        BillingProfilesController,
        ReconciliationsController,
        EventsController,
        FleetController,
        AdminAccountsController,
        StuckController,
        OrphansController,
        DeadLettersController,
        StaffAuditController,
        HealthController,
        PagesController,
        ConsoleController,
        DocsController,
        DevMailController,
        SnsController,
        IdentityHandlers,
        EventHandlers,
        SharedCounts,
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: PassportsInterceptor },
        { provide: APP_INTERCEPTOR, useClass: OutcomeInterceptor },
        { provide: APP_INTERCEPTOR, useClass: ContractInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IntentInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
        SessionCookie,
        LogInBreaker,
        RateLimits,
        Admission,
        Identities,
        AuditTrail,
        Streams,
        Bus,
        Pending,
        ServiceReadiness,
        EveryService,
        StuckThings,
        Sns,
        SnsSite,
        Certificates,
        RouteCheck,
        Drain,
      ],
    };
  }
}
