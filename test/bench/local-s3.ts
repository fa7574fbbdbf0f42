/**
 * Speed and memory of the local S3, in a process of its own, through the AWS SDK.
 *
 *     node test/bench/local-s3.ts [--json FILE]
 *
 * A 256 MiB multipart upload in parts of 8 MiB, 4 at a time; its download by presigned URL; puts and gets of 4 KiB by
 * 16 clients. Memory is the server's resident set, before and after three more of these uploads and downloads. CPU
 * seconds, the server's and the client's, tell more than throughput does where other work shares the processors.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  BUCKET as Bucket,
  CREDENTIALS as credentials,
  REGION as region,
  startServer,
} from '../../packages/local/s3/testing/server.ts';
import { presign } from '../../packages/local/s3/testing/signing.ts';

const MIB = 1024 ** 2;
const OBJECT_BYTES = 256 * MIB;
const PART_BYTES = 8 * MIB;
const PARALLEL_PARTS = 4;
const SMALL_BYTES = 4096;
const SMALL_OBJECTS = 2000;
const CLIENTS = 16;
const MORE_ROUNDS = 3;

const { values } = parseArgs({
  options: { json: { type: 'string' }, serve: { type: 'boolean', default: false } },
});
if (values.serve) await serve();
else await runBench(values.json);

interface Usage {
  /** Bytes. */
  readonly memory: number;
  readonly cpuSeconds: number;
}

/** The server's process: tells its endpoint, then its memory and CPU time whenever asked. */
async function serve(): Promise<void> {
  const server = await startServer();
  process.on('message', () => process.send?.(measureUsage()));
  process.on('disconnect', () => server.stop());
  process.send?.(server.endpoint);
}

async function runBench(file: string | undefined): Promise<void> {
  const child = fork(import.meta.filename, ['--serve']);
  try {
    const [endpoint] = await once(child, 'message');
    const results = await measureAll(child, String(endpoint));
    for (const [name, value] of Object.entries(results)) {
      process.stdout.write(`${name.padEnd(26)} ${value.toFixed(value < 10 ? 2 : 0).padStart(6)}\n`);
    }
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    child.disconnect();
  }
}

async function measureAll(child: ChildProcess, endpoint: string): Promise<Record<string, number>> {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const part = randomBytes(PART_BYTES);
  const small = randomBytes(SMALL_BYTES);
  const putSmall = (index: number) =>
    client.send(new PutObjectCommand({ Bucket, Key: `small/${index}`, Body: small }));
  const getSmall = async (index: number) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `small/${index}` }));
    await Body?.transformToByteArray();
  };
  // Warms both processes up; not counted.
  await upload(client, part);
  await download(endpoint);
  const before = await askUsage(child);
  const clientBefore = measureUsage();
  const uploadSeconds = await time(() => upload(client, part));
  const clientAfter = measureUsage();
  const uploaded = await askUsage(child);
  const downloadSeconds = await time(() => download(endpoint));
  for (let round = 0; round < MORE_ROUNDS; round += 1) {
    await upload(client, part);
    await download(endpoint);
  }
  const after = await askUsage(child);
  const putSeconds = await time(() => runParallel(SMALL_OBJECTS, CLIENTS, putSmall));
  const getSeconds = await time(() => runParallel(SMALL_OBJECTS, CLIENTS, getSmall));
  client.destroy();
  return {
    uploadMegabytesPerSecond: OBJECT_BYTES / 1e6 / uploadSeconds,
    uploadServerCpuSeconds: uploaded.cpuSeconds - before.cpuSeconds,
    uploadClientCpuSeconds: clientAfter.cpuSeconds - clientBefore.cpuSeconds,
    downloadMegabytesPerSecond: OBJECT_BYTES / 1e6 / downloadSeconds,
    putsPerSecond: SMALL_OBJECTS / putSeconds,
    getsPerSecond: SMALL_OBJECTS / getSeconds,
    memoryBeforeMegabytes: before.memory / 1e6,
    memoryAfterMegabytes: after.memory / 1e6,
  };
}

async function upload(client: S3Client, part: Uint8Array): Promise<void> {
  const Key = 'large';
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts: { PartNumber: number; ETag: string | undefined; ChecksumCRC32: string | undefined }[] = [];
  await runParallel(OBJECT_BYTES / PART_BYTES, PARALLEL_PARTS, async (index) => {
    const PartNumber = index + 1;
    const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: part });
    const { ETag, ChecksumCRC32 } = await client.send(command);
    Parts[index] = { PartNumber, ETag, ChecksumCRC32 };
  });
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
}

async function download(endpoint: string): Promise<void> {
  const response = await fetch(await presign(endpoint, { method: 'GET', key: 'large' }));
  let size = 0;
  for await (const piece of response.body ?? []) size += piece.length;
  if (size !== OBJECT_BYTES) throw new Error(`The download has ${size} bytes.`);
}

/** Runs `work` for every index below `count`, `parallel` at a time. */
async function runParallel(
  count: number,
  parallel: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** Seconds. */
async function time(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function measureUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { memory: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

async function askUsage(child: ChildProcess): Promise<Usage> {
  child.send('usage');
  const [usage] = await once(child, 'message');
  return usage as Usage;
}
