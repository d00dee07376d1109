export { logger } from './logger.ts';
export { Readiness, type ReadinessCheck, type ReadinessReport } from './readiness.ts';
