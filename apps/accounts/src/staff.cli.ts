import { staffCommand, WrongUsage } from './staff/staff.command.ts';

/** Exits with 0 when it is done, 1 when it could not be done, 2 when the command was not understood. */
try {
  process.stdout.write(`${await staffCommand(process.argv.slice(2), process.env, process.stdin)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
}
