import { z } from 'zod';
import {
  ApiToken,
  CreatedToken,
  CreateTokenBody,
  LogInBody,
  Me,
  Session,
  SignUpBody,
  StaffMe,
} from '../accounts.ts';
import { TokenId } from '../fields.ts';
import { Limits } from '../limits.ts';
import { page } from '../page.ts';
import { PageQuery } from './query.ts';
import { route } from './route.ts';

/** Who somebody is, and what they are known by. */
export const accountRoutes = {
  signUp: route({
    method: 'POST',
    path: '/v1/signup',
    summary: 'Create an account and its owner',
    tag: 'Accounts',
    permission: 'public',
    body: SignUpBody,
    idempotency: 'optional',
    success: { status: 201, body: Me },
    problems: ['email_taken'],
  }),
  logIn: route({
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Log in: sets the session cookie and returns the same credential as a bearer token',
    tag: 'Accounts',
    permission: 'public',
    body: LogInBody,
    success: { status: 201, body: Session },
    problems: ['wrong_credentials'],
  }),
  logOut: route({
    method: 'DELETE',
    path: '/v1/sessions/current',
    summary: 'Log out',
    tag: 'Accounts',
    permission: 'account:read',
    success: { status: 204, body: null },
    problems: ['not_a_session'],
  }),
  me: route({
    method: 'GET',
    path: '/v1/me',
    summary: 'Read who you are, your account, role and limits',
    tag: 'Accounts',
    permission: 'account:read',
    success: { status: 200, body: z.union([Me, StaffMe]) },
    problems: [],
  }),
  limits: route({
    method: 'GET',
    path: '/v1/limits',
    summary: 'Read what your account may have at once, and how much of it is in use',
    tag: 'Accounts',
    permission: 'servers:read',
    success: { status: 200, body: Limits },
    problems: [],
  }),
  listTokens: route({
    method: 'GET',
    path: '/v1/tokens',
    summary: 'List API tokens',
    tag: 'Accounts',
    permission: 'account:read',
    query: PageQuery,
    success: { status: 200, body: page(ApiToken) },
    problems: ['invalid_cursor'],
  }),
  createToken: route({
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Make an API token; its secret is in this answer and nowhere else',
    tag: 'Accounts',
    permission: 'tokens:write',
    body: CreateTokenBody,
    idempotency: 'optional',
    success: { status: 201, body: CreatedToken },
    problems: ['already_created'],
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/v1/tokens/{id}',
    summary: 'Revoke an API token',
    tag: 'Accounts',
    permission: 'tokens:write',
    params: z.strictObject({ id: TokenId }),
    success: { status: 204, body: null },
    problems: ['not_found'],
  }),
};
