import { z } from 'zod';

/**
 * The environment variable `AMQP_URL`: `amqp://user:password@host:port/vhost`, or several, separated by commas, of the
 * nodes of one cluster. A process connects to any of them, and to the next when it loses that one.
 */
export const AmqpUrl = z.string().refine((text) => addressesIn(text).every(isAmqpUrl), 'Invalid URL');

export const addressesIn = (text: string): string[] => text.split(',').map((address) => address.trim());

const isAmqpUrl = (text: string) => URL.canParse(text) && /^amqps?:$/.test(new URL(text).protocol);
