import { MODES } from './modes.ts';
import { HELP_OF_OPTIONS, readOptions, type Options } from './options.ts';
import { listen } from './told.ts';

/**
 * `npm run chaos`: makes trouble and checks that nothing is lost and nothing is done twice. Ends with the line
 * `N passed, N failed`; exit code 1 when a check failed or could not be made, 2 when the command is not understood.
 */
const options = understood();
const mode = MODES.find(({ flag }) => flag === options.mode) ?? MODES[0];
const told = listen();
try {
  const { passed, failed } = await mode.run(options, told);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  console.error(error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
// Open sockets of what was given up do not keep it alive.
process.exit();

function understood(): Options {
  const flags = MODES.map(({ flag }) => flag);
  try {
    const options = readOptions(process.argv.slice(2), flags);
    if (options !== 'help') return options;
    const modes = MODES.map(({ flag, about }) => `  ${`--${flag}`.padEnd(16)} ${about}`).join('\n');
    console.log(`npm run chaos [-- options]\n\n${modes}\n${HELP_OF_OPTIONS}`);
    return process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}
