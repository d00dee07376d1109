import { runService } from '@berth/messaging';
import { AccountsModule } from './accounts.module.ts';

await runService(AccountsModule, 'accounts');
