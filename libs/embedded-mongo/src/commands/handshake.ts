import { Long, ObjectId, Timestamp } from 'bson';
import { sessionTimeoutMinutes } from '../sessions.ts';
import { maxDocumentBytes } from '../store/engine.ts';
import { maxMessageBytes } from '../wire/message.ts';
import type { CommandContext, CommandDefinition, CommandTable } from './command.ts';

/** Poses as MongoDB 7.0: the newest whose behaviour is what drivers and this database agree on. */
const version = '7.0.14';
const wireVersion = 21;

const hello: CommandDefinition = {
  /** Drivers announce ever new abilities; what is not in the answer they don't use. */
  fields: 'any',
  inTransaction: true,
  run: ({ address, replicaSet }: CommandContext) => ({
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    setName: replicaSet,
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    electionId: new ObjectId('7fffffff0000000000000001'),
    lastWrite: { opTime: { ts: new Timestamp({ t: 1, i: 1 }), t: Long.ONE }, lastWriteDate: new Date() },
    localTime: new Date(),
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: sessionTimeoutMinutes,
    minWireVersion: 0,
    maxWireVersion: wireVersion,
    readOnly: false,
  }),
};

const buildInfo: CommandDefinition = {
  fields: [],
  run: () => ({
    version,
    versionArray: [...version.split('.').map(Number), 0],
    gitVersion: 'embedded',
    modules: ['embedded-mongo'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: maxDocumentBytes,
  }),
};

/** Commands drivers send to get to know a server. */
export const handshakeCommands: CommandTable = {
  hello,
  isMaster: hello,
  ismaster: hello,
  buildInfo,
  buildinfo: buildInfo,
  ping: { fields: [], run: () => ({}) },
};
