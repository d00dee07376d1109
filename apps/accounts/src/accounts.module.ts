import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { AccountHandlers } from './accounts/account.handlers.ts';
import { AccountModel } from './accounts/account.model.ts';
import { Accounts } from './accounts/accounts.ts';
import { Debts } from './accounts/debts.ts';
import { MembershipModel } from './accounts/membership.model.ts';
import { ActorNames } from './audit/actor-names.ts';
import { AuditEventModel } from './audit/audit-event.model.ts';
import { AuditHandlers } from './audit/audit.handlers.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { OperatorDeeds } from './audit/operator-deeds.ts';
import { PersonalDeeds } from './audit/personal-deeds.ts';
import { AuditRetention } from './audit/retention.ts';
import { ToldEvents } from './audit/told-events.ts';
import { ClosingHandlers } from './closing/closing.handlers.ts';
import { ClosingSweep } from './closing/closing-sweep.ts';
import { Closings } from './closing/closings.ts';
import { Deletions } from './closing/deletions.ts';
import { Partings } from './closing/partings.ts';
import { StuckClosings } from './closing/stuck-closings.ts';
import { Config } from './config.ts';
import { ConfirmationHandlers } from './confirmations/confirmation.handlers.ts';
import { EmailChanges } from './confirmations/email-changes.ts';
import { MailedLinkModel } from './confirmations/mailed-link.model.ts';
import { MailedLinks } from './confirmations/mailed-links.ts';
import { PasswordResets } from './confirmations/password-resets.ts';
import { Verifications } from './confirmations/verifications.ts';
import { Authentication } from './credentials/authentication.ts';
import { AuthenticationHandlers } from './credentials/authentication.handlers.ts';
import { BudgetMails } from './mail/budget-mails.ts';
import { KeptMailModel } from './mail/kept-mail.model.ts';
import { Post } from './mail/mail.ts';
import { InvoiceMails } from './mail/invoice-mails.ts';
import { MailHandlers } from './mail/mail.handlers.ts';
import { MailLimits } from './mail/mail-limits.ts';
import { Mailbox } from './mail/mailbox.ts';
import { Mails } from './mail/mails.ts';
import { Smtp } from './mail/smtp.ts';
import { InvitationModel } from './members/invitation.model.ts';
import { Invitations } from './members/invitations.ts';
import { MemberHandlers } from './members/member.handlers.ts';
import { Members } from './members/members.ts';
import { Memberships } from './members/memberships.ts';
import { OwnAccounts } from './members/own-accounts.ts';
import { FailedLogIns } from './sessions/failed-log-ins.ts';
import { CodeAttempts } from './second-factor/code-attempts.ts';
import { SecondFactorHandlers } from './second-factor/second-factor.handlers.ts';
import { SecondFactorModel } from './second-factor/second-factor.model.ts';
import { SecondFactorSetup } from './second-factor/second-factor-setup.ts';
import { SecondFactors } from './second-factor/second-factors.ts';
import { SessionHandlers } from './sessions/session.handlers.ts';
import { SessionModel } from './sessions/session.model.ts';
import { PasswordChanges } from './sessions/password-changes.ts';
import { Sessions } from './sessions/sessions.ts';
import { CustomerAccounts } from './staff/customer-accounts.ts';
import { StaffHandlers } from './staff/staff.handlers.ts';
import { StaffMemberModel } from './staff/staff-member.model.ts';
import { Staff } from './staff/staff.ts';
import { TokenHandlers } from './tokens/token.handlers.ts';
import { TokenModel } from './tokens/token.model.ts';
import { Tokens } from './tokens/tokens.ts';
import { PasswordAttemptsModel } from './users/password-attempts.model.ts';
import { PasswordAttempts } from './users/password-attempts.ts';
import { Passwords } from './users/passwords.ts';
import { UserHandlers } from './users/user.handlers.ts';
import { UserModel } from './users/user.model.ts';
import { Users } from './users/users.ts';

/**
 * Answers `SignUp`, `SignUpInvited`, `BeginSession`, `LogIn`, `LogOut`, `ListSessions`, `EndSession`, `EndSessions`, `SwitchAccount`, `ChangePassword`, `UpdateMe`,
 * `Authenticate`, `GetMe`, `GetStaffMe`, `IssueToken`, `CreateToken`, `ListTokens`, `RevokeToken`, `DecideStanding`, `DecideQuota`, `FindAccounts`, `GetAccount`; of members `ListMembers`,
 * `UpdateMember`, `RemoveMember`, `LeaveAccount`, `CreateInvitation`, `ListInvitations`, `RevokeInvitation`, `ReadInvitation`, `AcceptInvitation`,
 * `ListOwnAccounts`; of second factors `GetSecondFactor`, `BeginTotp`, `ConfirmTotp`, `RemoveTotp`, `RenewRecoveryCodes`; of the audit trail
 * `ListAuditEvents`, `ListStaffDeeds`; of mail `ResendVerification`, `ConfirmEmail`, `RequestPasswordReset`, `ResetPassword`, `RequestEmailChange`,
 * `ConfirmEmailChange`, `ListKeptMails`; of closing `CloseAccount`, `ReopenAccount`. Consumes `ServersGone`. Obeys `SetAccountStanding`, `SendAccountSnapshots`, `RecordAuditEvent`, and of its own `SendMail`,
 * `SendInvitationMail`, `SendAccountMail`; `SendBudgetMail`. Publishes `AccountChanged`, `AccountDeleted`, `AccessEnded`, `MemberChanged`.
 * `ConfirmEmailChange`, `ListKeptMails`; of closing `CloseAccount`, `ReopenAccount`. Consumes `ServersGone`. Obeys `SetAccountStanding`, `SetDebtStanding`, `SendInvoiceMail`, `SendAccountSnapshots`, `RecordAuditEvent`, and of its own `SendMail`,
 * `SendInvitationMail`, `SendAccountMail`. Publishes `AccountChanged`, `AccountDeleted`, `AccessEnded`, `MemberChanged`.
 * Owns `users`, `password_attempts`, `attempts`, `second_factors`, `accounts`, `memberships`, `invitations`, `staff`, `tokens`, `sessions`, `audit_events`,
 * `mailed_links`, `kept_mails`.
 */
@Module({})
export class AccountsModule {
  static forRoot(config: Config, database = 'berth_accounts'): DynamicModule {
    return {
      module: AccountsModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({
          service: 'accounts',
          amqpUrl: config.amqpUrl,
          passportKeys: config.passportKeys,
        }),
        MongooseModule.forFeature([
          UserModel,
          AccountModel,
          MembershipModel,
          InvitationModel,
          TokenModel,
          SessionModel,
          SecondFactorModel,
          PasswordAttemptsModel,
          StaffMemberModel,
          AuditEventModel,
          MailedLinkModel,
          KeptMailModel,
        ]),
      ],
      controllers: [
        UserHandlers,
        SessionHandlers,
        SecondFactorHandlers,
        AuthenticationHandlers,
        AccountHandlers,
        MemberHandlers,
        TokenHandlers,
        StaffHandlers,
        AuditHandlers,
        MailHandlers,
        ConfirmationHandlers,
        ClosingHandlers,
      ],
      providers: [
        { provide: Config, useValue: config },
        Users,
        Passwords,
        PasswordAttempts,
        CodeAttempts,
        Accounts,
        Debts,
        Memberships,
        Members,
        Invitations,
        OwnAccounts,
        Sessions,
        PasswordChanges,
        SecondFactors,
        SecondFactorSetup,
        Tokens,
        Authentication,
        Staff,
        CustomerAccounts,
        AuditTrail,
        ToldEvents,
        ActorNames,
        PersonalDeeds,
        OperatorDeeds,
        AuditRetention,
        FailedLogIns,
        config.smtp
          ? { provide: Post, useValue: new Smtp(config.smtp) }
          : { provide: Post, useClass: Mailbox },
        Mails,
        BudgetMails,
        InvoiceMails,
        MailLimits,
        MailedLinks,
        Verifications,
        PasswordResets,
        EmailChanges,
        Closings,
        Partings,
        Deletions,
        ClosingSweep,
        StuckClosings,
      ],
    };
  }
}
