import { Controller } from '@nestjs/common';
import { GetBillingProfile, SetAccountTax, SetBillingProfile, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Profiles } from './profiles.ts';

@Controller()
export class ProfileHandlers {
  constructor(private readonly profiles: Profiles) {}

  @OnRequest(GetBillingProfile)
  get(query: DataOf<typeof GetBillingProfile>) {
    return this.profiles.get(query);
  }

  @OnRequest(SetBillingProfile)
  set(profile: DataOf<typeof SetBillingProfile>) {
    return this.profiles.set(profile);
  }

  @OnRequest(SetAccountTax)
  setTax(tax: DataOf<typeof SetAccountTax>) {
    return this.profiles.setTax(tax);
  }
}
