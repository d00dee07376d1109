/** The simulated AWS, told to do what AWS does on bad days. apps/aws-simulator/README.md describes the faults. */
export class AwsUnderAttack {
  private readonly endpoint: string;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** Of `/_sim/…`: `state`, `counters`. */
  get<Body>(path: string): Promise<Body> {
    return this.call('GET', path) as Promise<Body>;
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.endpoint}/_sim/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_sim/${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}
