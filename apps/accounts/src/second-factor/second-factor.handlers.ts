import { Controller } from '@nestjs/common';
import {
  BeginTotp,
  ConfirmTotp,
  GetSecondFactor,
  RemoveTotp,
  RenewRecoveryCodes,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { SecondFactorSetup } from './second-factor-setup.ts';
import { SecondFactors } from './second-factors.ts';

@Controller()
export class SecondFactorHandlers {
  constructor(
    private readonly secondFactors: SecondFactors,
    private readonly setup: SecondFactorSetup,
  ) {}

  @OnRequest(GetSecondFactor)
  get({ userId }: DataOf<typeof GetSecondFactor>) {
    return this.secondFactors.detailsOf(userId);
  }

  @OnRequest(BeginTotp)
  begin(wanted: DataOf<typeof BeginTotp>) {
    return this.setup.begin(wanted);
  }

  @OnRequest(ConfirmTotp)
  confirm(wanted: DataOf<typeof ConfirmTotp>) {
    return this.setup.confirm(wanted);
  }

  @OnRequest(RemoveTotp)
  remove(wanted: DataOf<typeof RemoveTotp>) {
    return this.setup.remove(wanted);
  }

  @OnRequest(RenewRecoveryCodes)
  renewRecoveryCodes(wanted: DataOf<typeof RenewRecoveryCodes>) {
    return this.setup.renewRecoveryCodes(wanted);
  }
}
