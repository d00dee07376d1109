export { Clock, SystemClock } from './clock.ts';
export { ClockModule } from './clock.module.ts';
export { FollowedClock } from './followed-clock.ts';
