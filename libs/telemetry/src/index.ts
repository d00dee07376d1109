export { BadEnvironment, readEnvironment } from './environment.ts';
export { logger } from './logger.ts';
export { Readiness, type ReadinessCheck, type ReadinessReport } from './readiness.ts';
export { startProcess } from './start-process.ts';
