import { runService } from '@berth/messaging';
import { Config } from './config.ts';
import { DnsModule } from './dns.module.ts';

await runService(() => DnsModule.forRoot(new Config(process.env)), 'dns');
