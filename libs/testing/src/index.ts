export { broker, TestBroker, type QueueState, type Tap, type Tapped } from './broker.ts';
export { collector, type CollectedMetric, type CollectedSpan, type Collector } from './collector.ts';
export { Child } from './child.ts';
export { database, type TestDatabase } from './database.ts';
export { EventClient, type StreamedEvent } from './event-client.ts';
export { eventually } from './eventually.ts';
export { serviceAt } from './service.ts';
export { simulator, type Simulator } from './simulator.ts';
export { TestClock } from './test-clock.ts';
