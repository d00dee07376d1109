/** Requests of one kind and account that come at a fixed rate, whatever becomes of those before. */
export interface Stream {
  name: string;
  token: string;
  kind: 'launch' | 'read' | 'terminate';
  perSecond: number;
  /** Of a terminate: so many of the account's accepted servers stay, the oldest go. */
  keep?: number;
  /** Of a terminate: wait until it has ended, too. */
  follow?: boolean;
}

/** What became of one request. */
export interface Answered {
  stream: string;
  /** When it was due: when somebody pressed the button. Unix milliseconds. */
  at: number;
  /** From then on, not from when it could be sent: a generator that falls behind would flatter the system. */
  milliseconds: number;
  /** 0: no answer at all. */
  status: number;
  code: string;
  serverId?: string;
}

/** How long a terminate took from its order until EC2 and Route 53 had done it. */
export interface Ended {
  stream: string;
  seconds: number;
  status: string;
}

export interface Report {
  answered: Answered[];
  ended: Ended[];
}

/** To the generator's process: play these from now on, or tell what has come since you were last asked. */
export type Ask = { url: string; streams: Stream[] } | 'report';
