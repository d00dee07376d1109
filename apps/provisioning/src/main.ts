import { runService } from '@berth/messaging';
import { Config } from './config.ts';
import { ProvisioningModule } from './provisioning.module.ts';

await runService(() => ProvisioningModule.forRoot(new Config(process.env)), 'provisioning');
