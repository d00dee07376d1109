import { runService } from '@berth/messaging';
import { AccountsModule } from './accounts.module.ts';
import { Config } from './config.ts';

await runService(() => AccountsModule.forRoot(new Config(process.env)), 'accounts');
