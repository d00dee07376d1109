export { open, seal, SecretsKey } from './seal.ts';
