import { Controller } from '@nestjs/common';
import { AccessEnded, AccountChanged, MemberChanged, type DataOf } from '@berth/contracts';
import { OnBroadcast } from '@berth/messaging';
import { Identities } from './identities.ts';

@Controller()
export class IdentityHandlers {
  constructor(private readonly identities: Identities) {}

  @OnBroadcast(AccessEnded)
  accessEnded({ credentialId }: DataOf<typeof AccessEnded>) {
    this.identities.forgetCredential(credentialId);
  }

  @OnBroadcast(AccountChanged)
  accountChanged({ accountId }: DataOf<typeof AccountChanged>) {
    this.identities.forgetAccount(accountId);
  }

  @OnBroadcast(MemberChanged)
  memberChanged({ accountId }: DataOf<typeof MemberChanged>) {
    this.identities.forgetAccount(accountId);
  }
}
