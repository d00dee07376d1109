import { Controller } from '@nestjs/common';
import {
  AcceptInvitation,
  CreateInvitation,
  LeaveAccount,
  ListInvitations,
  ListMembers,
  ListOwnAccounts,
  ReadInvitation,
  RemoveMember,
  RevokeInvitation,
  UpdateMember,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Invitations } from './invitations.ts';
import { Members } from './members.ts';
import { OwnAccounts } from './own-accounts.ts';

@Controller()
export class MemberHandlers {
  constructor(
    private readonly members: Members,
    private readonly invitations: Invitations,
    private readonly ownAccounts: OwnAccounts,
  ) {}

  @OnRequest(ListMembers)
  list(page: DataOf<typeof ListMembers>) {
    return this.members.list(page);
  }

  @OnRequest(UpdateMember)
  update(wanted: DataOf<typeof UpdateMember>) {
    return this.members.update(wanted);
  }

  @OnRequest(RemoveMember)
  remove(wanted: DataOf<typeof RemoveMember>) {
    return this.members.remove(wanted);
  }

  @OnRequest(LeaveAccount)
  leave(wanted: DataOf<typeof LeaveAccount>) {
    return this.members.leave(wanted);
  }

  @OnRequest(ListOwnAccounts)
  listOwnAccounts(user: DataOf<typeof ListOwnAccounts>) {
    return this.ownAccounts.list(user);
  }

  @OnRequest(CreateInvitation, { idempotent: true, secret: true })
  invite(wanted: DataOf<typeof CreateInvitation>) {
    return this.invitations.create(wanted);
  }

  @OnRequest(ListInvitations)
  listInvitations(page: DataOf<typeof ListInvitations>) {
    return this.invitations.list(page);
  }

  @OnRequest(RevokeInvitation)
  revoke(invitation: DataOf<typeof RevokeInvitation>) {
    return this.invitations.revoke(invitation);
  }

  @OnRequest(ReadInvitation)
  read(invitation: DataOf<typeof ReadInvitation>) {
    return this.invitations.read(invitation);
  }

  @OnRequest(AcceptInvitation, { idempotent: true })
  accept(invitation: DataOf<typeof AcceptInvitation>) {
    return this.invitations.acceptAs(invitation);
  }
}
