import { runService } from '@berth/messaging';
import { BillingModule } from './billing.module.ts';
import { Config } from './config.ts';

await runService(() => BillingModule.forRoot(new Config(process.env)), 'billing');
