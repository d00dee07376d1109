import { money } from '../ui/money.ts';
import classes from './budget.module.css';
import { gaugeOf, type SetBudget } from './gauge.ts';

/** Labels that come closer to each other than so many percent of the length would overlap on a phone. */
const CLOSE = 12;

/** How much of the budget is used, where the month is heading, and the thresholds on the way. */
export function BudgetGauge({ of: budget }: { of: SetBudget }) {
  const { used, forecast, ticks } = gaugeOf(budget);
  const said = `${budget.percent} %: ${money(budget.used, budget.currency)} of ${money(budget.amount, budget.currency)}; forecast ${money(budget.forecast, budget.currency)}`;
  return (
    <div>
      <div className={classes.scale} aria-hidden>
        {labelled(ticks).map(({ percent, at }) => (
          <span key={percent} style={{ left: `${at}%` }}>
            {percent} %
          </span>
        ))}
      </div>
      <div
        className={classes.gauge}
        role="meter"
        aria-label="Budget used"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, budget.percent)}
        aria-valuetext={said}
      >
        <div className={classes.used} data-state={budget.state} style={{ width: `${used}%` }} />
        {ticks.map(({ percent, at }) => (
          <div key={percent} className={classes.tick} style={{ left: `${at}%` }} />
        ))}
        <div className={classes.forecast} style={{ left: `${forecast}%` }} />
      </div>
    </div>
  );
}

/** Of ticks that are close to each other the last. */
const labelled = <Tick extends { at: number }>(ticks: readonly Tick[]): Tick[] =>
  ticks.filter(({ at }, index) => (ticks[index + 1]?.at ?? Infinity) - at >= CLOSE);
