export { TermsCopy } from './terms-copy.ts';
export { TermsCopyModule } from './terms-copy.module.ts';
