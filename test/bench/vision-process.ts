/**
 * What it costs to convert in a process of its own (docs/adr/0015): a 12-megapixel photograph there and in the caller, a new
 * process for a file, and the way there and back of a file that is refused at once.
 *
 *     npm run bench -- --only vision.process
 */
import { convert, RejectedError } from '../../packages/vision/index.ts';
import { createConverter } from '../../packages/vision/worker/index.ts';
import { encodePhotograph, makePhotograph } from './support/make-photograph.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const MEGABYTE = 1e6;

await runBench(7, async (runs) => {
  const { jpeg } = await encodePhotograph(await makePhotograph());
  const converter = createConverter();
  const send = (megabytes: number) => {
    const file = new Uint8Array(megabytes * MEGABYTE).fill(1);
    return () => expectRefusal(converter.convert(file));
  };
  const figures = await takeTurns(
    {
      'vision.process_12mp.ms': () => converter.convert(jpeg),
      'vision.in_caller_12mp.ms': () => convert(jpeg),
      'vision.process_send_0mb.ms': send(0.001),
      'vision.process_send_5mb.ms': send(5),
      'vision.process_send_50mb.ms': send(50),
      'vision.process_new.ms': () => startAndSend(),
    },
    runs,
  );
  converter.stop();
  return { figures };
});

async function startAndSend(): Promise<void> {
  const converter = createConverter();
  await expectRefusal(converter.convert(new Uint8Array(1000).fill(1)));
  converter.stop();
}

async function expectRefusal(conversion: Promise<unknown>): Promise<void> {
  try {
    await conversion;
  } catch (error) {
    if (error instanceof RejectedError && error.code === 'UNSUPPORTED_MEDIA_TYPE') return;
    throw error;
  }
  throw new Error('The file was to be refused.');
}
