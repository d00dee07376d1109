import {
  BeginTotpBody,
  BothFactorsBody,
  ConfirmTotpBody,
  RecoveryCodes,
  SecondFactorDetails,
  TotpSecret,
} from '../second-factor.ts';
import { route } from './route.ts';

/** What somebody logs in by besides their password: theirs alone, so by a session. */
export const secondFactorRoutes = {
  secondFactor: route({
    method: 'GET',
    path: '/v1/me/second-factor',
    summary: 'Read whether you have a second factor, and how many recovery codes are left',
    tag: 'Accounts',
    permission: 'self:write',
    success: { status: 200, body: SecondFactorDetails },
    problems: ['not_a_session'],
  }),
  beginTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp',
    summary: 'Begin to set up an authenticator app; nothing changes until a code of it confirms it',
    tag: 'Accounts',
    permission: 'self:write',
    body: BeginTotpBody,
    success: { status: 201, body: TotpSecret },
    problems: ['wrong_password', 'second_factor_exists', 'too_many_attempts', 'not_a_session'],
  }),
  confirmTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp/confirm',
    summary:
      'Confirm the authenticator app; from now on a log-in needs its codes. The recovery codes are in this answer and nowhere else',
    tag: 'Accounts',
    permission: 'self:write',
    body: ConfirmTotpBody,
    success: { status: 200, body: RecoveryCodes },
    problems: ['wrong_code', 'setup_over', 'too_many_attempts', 'not_a_session'],
  }),
  removeTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp/remove',
    summary: 'Remove the authenticator app, and the recovery codes with it',
    tag: 'Accounts',
    permission: 'self:write',
    body: BothFactorsBody,
    success: { status: 204, body: null },
    problems: ['wrong_password', 'wrong_code', 'no_second_factor', 'too_many_attempts', 'not_a_session'],
  }),
  renewRecoveryCodes: route({
    method: 'POST',
    path: '/v1/me/second-factor/recovery-codes',
    summary: 'Make new recovery codes, in place of all that are left',
    tag: 'Accounts',
    permission: 'self:write',
    body: BothFactorsBody,
    success: { status: 201, body: RecoveryCodes },
    problems: ['wrong_password', 'wrong_code', 'no_second_factor', 'too_many_attempts', 'not_a_session'],
  }),
};
