export { Api, ApiProblem } from './api.ts';
export { startBroker, type Broker } from './broker.ts';
export { Child, lineInLog } from './child.ts';
export { chromium } from './install.ts';
export { aborted, interruption } from './interruption.ts';
export { freePorts } from './ports.ts';
export { Processes } from './processes.ts';
export { startSystem, type Service, type System, type SystemOptions } from './system.ts';
export { visit } from './visit.ts';
