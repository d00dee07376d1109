import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { refusal, type Case } from './target.ts';

export const objectCases: Case[] = [
  {
    name: 'an object is read as it was written, and is there once: what may only be new changes none that is',
    async expectation(aws) {
      const Bucket = aws.unique();
      await aws.s3.send(new CreateBucketCommand({ Bucket }));
      const object = { Bucket, Key: 'a/b c.pdf' };
      const write = (Body: string, IfNoneMatch?: string) =>
        aws.s3.send(new PutObjectCommand({ ...object, Body, IfNoneMatch, ChecksumAlgorithm: 'SHA256' }));
      await write('first', '*');
      expect(await refusal(write('second', '*'))).toBe('PreconditionFailed');
      const { Body } = await aws.s3.send(new GetObjectCommand(object));
      expect(await Body?.transformToString()).toBe('first');
    },
  },
  {
    name: 'an object that is not there cannot be read',
    async expectation(aws) {
      const Bucket = aws.unique();
      await aws.s3.send(new CreateBucketCommand({ Bucket }));
      expect(await refusal(aws.s3.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toBe('NoSuchKey');
    },
  },
];
