/** RabbitMQ's management API, as far as AMQP and rabbitmqctl have no equal for it. */
export class Management {
  private readonly url: string;
  private readonly authorization: string;

  constructor(url: string, amqpUrl: string) {
    const { username, password } = new URL(amqpUrl);
    this.url = url;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  async get<Body>(path: string): Promise<Body> {
    const response = await this.call('GET', path);
    return (await response.json()) as Body;
  }

  /** What is gone already counts as deleted. */
  async delete(path: string): Promise<void> {
    await this.call('DELETE', path);
  }

  private async call(method: string, path: string): Promise<Response> {
    const response = await fetch(new URL(`/api/${path}`, this.url), {
      method,
      headers: { authorization: this.authorization },
    });
    if (response.ok || (method === 'DELETE' && response.status === 404)) return response;
    throw new Error(`RabbitMQ management: ${method} ${path}: ${response.status} ${await response.text()}`);
  }
}
