import type { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { observeAws } from '@berth/telemetry';
import { z } from 'zod';
import { Config } from '../config.ts';
import { ReportError } from './report-error.ts';

const CONNECTION_MILLISECONDS = 10_000;
/** Without a byte. */
const SILENCE_MILLISECONDS = 60_000;

/** A manifest names files and columns; one of a hundred files has 60 kB. */
const MOST_MANIFEST_BYTES = 2 ** 20;

const Manifest = z.object({ reportKeys: z.array(z.string().min(1)).min(1) });

/** The bucket to which AWS delivers Cost and Usage Reports. */
@Injectable()
export class CostReports implements OnModuleDestroy {
  readonly bucket: string | undefined;
  /** How the keys of all reports begin. */
  readonly prefix: string;
  private readonly s3: S3Client;

  constructor({ costReports, awsEndpoint, simulated }: Config) {
    this.bucket = costReports.bucket;
    this.prefix = costReports.prefix;
    this.s3 = new S3Client({
      followRegionRedirects: true,
      requestHandler: { connectionTimeout: CONNECTION_MILLISECONDS, socketTimeout: SILENCE_MILLISECONDS },
      ...(awsEndpoint && { endpoint: awsEndpoint, forcePathStyle: true }),
      ...(simulated && {
        region: 'us-east-1',
        credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
      }),
    });
    observeAws(this.s3);
  }

  onModuleDestroy(): void {
    this.s3.destroy();
  }

  /** The files a report consists of: itself, or those that its manifest names. */
  async filesOf(key: string, signal: AbortSignal): Promise<string[]> {
    if (!key.endsWith('.json')) return [key];
    const manifest = Manifest.safeParse(json(await text(key, await this.open(key, signal))));
    if (!manifest.success)
      throw new ReportError(
        'malformed_manifest',
        `${key} is no manifest: ${z.prettifyError(manifest.error)}`,
      );
    const foreign = manifest.data.reportKeys.find((each) => !each.startsWith(this.prefix));
    if (foreign !== undefined)
      throw new ReportError(
        'malformed_manifest',
        `${key} names ${foreign}, which is not below ${this.prefix}`,
      );
    return manifest.data.reportKeys;
  }

  /** A file as a stream. Throws {@link ReportError} when it is not there or not ours to read, and what S3 says otherwise. */
  async open(key: string, signal: AbortSignal): Promise<Readable> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), {
        abortSignal: signal,
      });
      return Body as Readable;
    } catch (cause) {
      if (!(cause instanceof S3ServiceException)) throw cause;
      const { name, $metadata } = cause;
      if (name === 'NoSuchKey' || name === 'NoSuchBucket' || $metadata.httpStatusCode === 404)
        throw new ReportError('report_not_found', `There is no ${key} in ${this.bucket}`, { cause });
      if ($metadata.httpStatusCode === 403)
        throw new ReportError('access_denied', `billing may not read ${key} in ${this.bucket}`, { cause });
      throw cause;
    }
  }
}

async function text(key: string, stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_MANIFEST_BYTES)
      throw new ReportError('malformed_manifest', `${key} is too large for a manifest`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function json(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
