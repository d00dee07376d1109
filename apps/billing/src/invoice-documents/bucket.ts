import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { OnApplicationShutdown } from '@nestjs/common';
import { observeAws } from '@berth/telemetry';

/** Shorter than a request waits for its answer; a file is some hundred kilobytes at most. */
const CALL_TIMEOUT_MILLISECONDS = 4_000;

export interface BucketSettings {
  name: string;
  region: string;
  /** Where S3 is simulated; undefined on AWS. */
  endpoint: string | undefined;
}

/** Storage for files that never change: the only place that talks to S3. Calls are not retried here, whoever calls backs off. */
export class Bucket implements OnApplicationShutdown {
  private readonly client: S3Client | undefined;

  /** Null: there is none. Then everything throws. */
  constructor(private readonly settings: BucketSettings | null) {
    if (!settings) return;
    const { region, endpoint } = settings;
    this.client = new S3Client({
      region,
      maxAttempts: 1,
      requestHandler: {
        requestTimeout: CALL_TIMEOUT_MILLISECONDS,
        connectionTimeout: CALL_TIMEOUT_MILLISECONDS,
        throwOnRequestTimeout: true,
      },
      ...(endpoint && {
        endpoint,
        forcePathStyle: true,
        credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
      }),
    });
    observeAws(this.client);
  }

  get exists(): boolean {
    return this.client !== undefined;
  }

  /**
   * Writes a file that is not there yet. One that is there stays: the same bytes are as good as written, with others it throws
   * {@link OtherContent}. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async keep(key: string, content: Buffer, type: string): Promise<void> {
    const put = new PutObjectCommand({
      ...this.place(key),
      Body: content,
      ContentType: type,
      // Refused by S3 when it does not fit what has arrived.
      ChecksumSHA256: createHash('sha256').update(content).digest('base64'),
      IfNoneMatch: '*',
    });
    try {
      await this.client?.send(put);
    } catch (error) {
      if (!isThereAlready(error)) throw error;
      if (!content.equals(await this.read(key))) throw new OtherContent(key);
    }
  }

  /** Throws what the SDK throws. */
  async read(key: string): Promise<Buffer> {
    const found = await this.client?.send(new GetObjectCommand(this.place(key)));
    if (!found?.Body) throw new Error(`${key} has no content`);
    return Buffer.from(await found.Body.transformToByteArray());
  }

  onApplicationShutdown(): void {
    this.client?.destroy();
  }

  private place(key: string) {
    if (!this.settings) throw new Error('There is no storage for documents');
    return { Bucket: this.settings.name, Key: key };
  }
}

/** Something else lies where a file should be: its database may have been set back. A person has to look. */
export class OtherContent extends Error {
  constructor(key: string) {
    super(`${key} lies in storage already, with other content`);
  }
}

const isThereAlready = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
