import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Child, lineInLog } from './child.ts';
import { folder, ROOT } from './home.ts';
import { forget, remember, type SharedSystem } from './leftovers.ts';

/** Compiled code is kept from start to start: the services load the same libraries, each would compile them again. */
export const NODE_COMPILE_CACHE = join(ROOT, 'node_modules/.cache/compiled');

/** The processes of one local system, by name, and the order in which to stop them. */
export class Processes {
  readonly children = new Map<string, Child>();
  /** Of the private broker, for commands that are run beside the system. */
  amqpUrl?: string;
  private shared?: SharedSystem;
  private readonly home: string;
  private readonly undo: (() => Promise<void>)[] = [];

  constructor(home: string) {
    this.home = home;
  }

  /** Starts a built program of the workspace and keeps it running; what it prints goes to `logs/<name>.log`. */
  run(
    name: string,
    program: string,
    env: NodeJS.ProcessEnv,
  ): { line(pattern: RegExp): Promise<RegExpExecArray> } {
    const log = this.log(name);
    const offset = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    const child = new Child({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', join(ROOT, program)],
      env: { ...process.env, NODE_COMPILE_CACHE, ...env },
      log,
      onStart: this.onStart,
    });
    this.adopt([child], () => child.stop());
    child.start();
    return { line: (pattern) => lineInLog(log, pattern, { offset }) };
  }

  /** Takes on processes that were started elsewhere, to be stopped with the others. */
  adopt(children: Child[], stop: () => Promise<void>): void {
    for (const child of children) this.children.set(child.name, child);
    this.undo.push(stop);
    this.onStart();
  }

  log(name: string): string {
    return join(folder(this.home, 'logs'), `${name}.log`);
  }

  /** Lets processes that are started beside the system find it and join. */
  share(system: SharedSystem): void {
    this.shared = system;
    this.onStart();
  }

  /** Newest first: the gateway stops taking requests before what it asks goes away. */
  async stop(): Promise<void> {
    delete this.shared;
    this.onStart();
    for (const step of this.undo.splice(0).reverse()) await step();
    forget(this.home);
  }

  /** Written down at every start of a process, for a supervisor may be killed at any moment. */
  readonly onStart = (): void => {
    remember(
      this.home,
      [...this.children.values()].flatMap(({ pid }) => pid ?? []),
      { amqpUrl: this.amqpUrl, shared: this.shared },
    );
  };
}
