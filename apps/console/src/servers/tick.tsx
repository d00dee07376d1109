import classes from './servers.module.css';

interface TickProps {
  label: string;
  isOn: boolean;
  isMixed?: boolean;
  onChange: () => void;
}

/** A checkbox that is easily hit. */
export function Tick({ label, isOn, isMixed = false, onChange }: TickProps) {
  return (
    <label className={classes.tick}>
      <input
        type="checkbox"
        aria-label={label}
        checked={isOn}
        onChange={onChange}
        ref={(input) => {
          if (input) input.indeterminate = isMixed;
        }}
      />
    </label>
  );
}
