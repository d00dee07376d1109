import { runService } from '@berth/messaging';
import { Config } from './config.ts';
import { StateTrackingModule } from './state-tracking.module.ts';

await runService(() => StateTrackingModule.forRoot(new Config(process.env)), 'state-tracking');
