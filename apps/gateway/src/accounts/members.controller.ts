import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  AcceptInvitation,
  CreateInvitation,
  LeaveAccount,
  ListInvitations,
  ListMembers,
  ListOwnAccounts,
  mayDo,
  ReadInvitation,
  RemoveMember,
  RevokeInvitation,
  routes,
  SwitchAccount,
  UpdateMember,
  type Principal,
} from '@berth/contracts';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { Identities } from '../access/identities.ts';
import { inSession } from '../access/in-session.ts';
import { SessionCookie } from '../access/session-cookie.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class MembersController {
  constructor(
    private readonly bus: Bus,
    private readonly cookie: SessionCookie,
    private readonly identities: Identities,
  ) {}

  @Endpoint(routes.listMembers)
  list(@Caller() { accountId, role }: Principal, @Given() { query }: InputOf<'listMembers'>) {
    const secondFactors = mayDo(role, 'members:write');
    return this.bus.ask(ListMembers, { accountId, secondFactors, ...query });
  }

  @Endpoint(routes.updateMember)
  update(@Caller() who: Principal, @Given() { params, body }: InputOf<'updateMember'>) {
    return this.bus.order(UpdateMember, { ...decider(who), ...body, memberId: params.id }, who);
  }

  @Endpoint(routes.removeMember)
  async remove(@Caller() who: Principal, @Given() { params }: InputOf<'removeMember'>) {
    await this.bus.order(RemoveMember, { ...decider(who), memberId: params.id }, who);
  }

  @Endpoint(routes.leaveAccount)
  async leave(@Caller() who: AnyCaller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { sessionId } = inSession(who);
    await this.bus.order(LeaveAccount, decider(who), who);
    this.identities.forgetCredential(sessionId);
    this.cookie.clear(reply);
  }

  @Endpoint(routes.createInvitation)
  invite(@Caller() who: Principal, @Given() { body, idempotencyKey }: InputOf<'createInvitation'>) {
    return this.bus.order(CreateInvitation, { ...decider(who), ...body }, who, idempotencyKey);
  }

  @Endpoint(routes.listInvitations)
  listInvitations(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listInvitations'>) {
    return this.bus.ask(ListInvitations, { accountId, ...query });
  }

  @Endpoint(routes.revokeInvitation)
  async revoke(@Caller() who: Principal, @Given() { params }: InputOf<'revokeInvitation'>) {
    const { accountId } = who;
    await this.bus.order(RevokeInvitation, { accountId, invitationId: params.id }, who);
  }

  @Endpoint(routes.readInvitation)
  read(@Given() { body }: InputOf<'readInvitation'>) {
    return this.bus.ask(ReadInvitation, body);
  }

  @Endpoint(routes.acceptInvitation)
  accept(@Caller() who: AnyCaller, @Given() { body }: InputOf<'acceptInvitation'>) {
    const { userId } = inSession(who);
    return this.bus.order(AcceptInvitation, { ...body, userId }, who);
  }

  @Endpoint(routes.listOwnAccounts)
  ownAccounts(@Caller() who: AnyCaller) {
    const { userId } = inSession(who);
    return this.bus.ask(ListOwnAccounts, { userId });
  }

  @Endpoint(routes.switchAccount)
  async switch(
    @Caller() who: AnyCaller,
    @Given() { body }: InputOf<'switchAccount'>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const before = inSession(who);
    const session = await this.bus.order(SwitchAccount, { ...before, ...body }, who);
    this.identities.forgetCredential(before.sessionId);
    this.cookie.set(reply, session.accessToken, session.expiresAt);
    return session;
  }
}

/** Who decides; what they may, the service looks up again. */
const decider = ({ accountId, userId }: AnyCaller) => ({ accountId, userId });
