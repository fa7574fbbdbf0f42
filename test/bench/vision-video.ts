/**
 * 16 exact frames of 60 s of 1080p H.264 (25 frames a second, a key frame every 10 s) as one finished view, beside the
 * ffmpeg command picking the same frames in one pass.
 *
 *     npm run bench -- --only vision.video
 *
 * The clip is made by the ffmpeg command; without it, or without node-av, nothing is measured. `vision.video_16_frames.ratio`
 * is Loupe's time over ffmpeg's: below 1 is faster. Ours has the start of the decoder's process, the montage and its
 * encoding in it. `processor_ratio` is that of processor time, which other work on the machine does not touch. What both do
 * is decode, so the floor is the decoding of the frames that lead to those wanted:
 * `vision.video_16_frames.decoded` of 1500. `kept_mb` is what the same frames take that are kept for second looks, `kept_more_ms` the
 * processor time that they cost.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, type VideoGeometry } from '../../packages/vision/index.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const SCENE_SECONDS = 10;
const SCENES = 6;
const RATE = 25;
const FRAMES = 16;

await runBench(3, async (runs) => ({ figures: await benchVideo(runs) }));

async function benchVideo(runs: number): Promise<Record<string, number>> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    process.stdout.write('The ffmpeg command is not installed: video is not measured.\n');
    return {};
  }
  const folder = mkdtempSync(join(tmpdir(), 'loupe-bench-video-'));
  try {
    const clip = makeClip(folder);
    const bytes = new Uint8Array(readFileSync(clip));
    const options = { video: { frames: FRAMES }, limits: { maxSeconds: 300 } };
    const { geometry } = (await convert(bytes, options)).views[0] ?? {};
    const { frames } = geometry as VideoGeometry;
    const [width, height] = [frames[0]?.area.width ?? 0, frames[0]?.area.height ?? 0];
    const choice = frames.map(({ index }) => `eq(n,${index})`).join('+');
    const peer = () =>
      run(folder, [
        '-i',
        clip,
        '-vf',
        `select='${choice}',scale=${width}:${height}`,
        '-vsync',
        '0',
        '-frames:v',
        String(FRAMES),
        '-q:v',
        '2',
        'frame-%02d.jpg',
      ]);
    const times = await takeTurns({ ours: () => convert(bytes, options), peer }, runs);
    const ours = await measureProcessor(() => convert(bytes, options));
    const theirs = await measureProcessor(peer);
    const keeping = { ...options, video: { frames: FRAMES, keepFrames: true } };
    const kept = (await convert(bytes, keeping)).frames ?? [];
    const withFrames = await measureProcessor(() => convert(bytes, keeping));
    return {
      'vision.video_16_frames.ms': times.ours,
      'peer.ffmpeg_16_frames.ms': times.peer,
      'vision.video_16_frames.ratio': times.ours / times.peer,
      'vision.video_16_frames.processor_ratio': ours / theirs,
      'vision.video_16_frames.kept_mb': kept.reduce((sum, frame) => sum + frame.bytes.length, 0) / 1e6,
      'vision.video_16_frames.kept_more_ms': withFrames - ours,
      'vision.video_16_frames.decoded': countDecoded(frames.map(({ index }) => index)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Processor time of this process and of those that it started and that have ended, ms; where there is no /proc, its own. */
async function measureProcessor(work: () => unknown): Promise<number> {
  const read = () => {
    const { user, system } = process.cpuUsage();
    // Fields 16 and 17 of proc_pid_stat(5), in hundredths of a second; the name before them may hold spaces.
    const stat = existsSync('/proc/self/stat') ? readFileSync('/proc/self/stat', 'latin1') : '';
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (user + system) / 1000 + 10 * (Number(fields[13] ?? 0) + Number(fields[14] ?? 0));
  };
  const before = read();
  await work();
  return read() - before;
}

/** Frames from each key frame to the last one wanted behind it. */
function countDecoded(indexes: readonly number[]): number {
  const group = SCENE_SECONDS * RATE;
  const ends = new Map(indexes.map((index) => [Math.floor(index / group), (index % group) + 1]));
  return [...ends.values()].reduce((sum, end) => sum + end, 0);
}

/** A moving, noisy picture of 10 s, six times over: 1,500 frames, some 42 MB. */
function makeClip(folder: string): string {
  const picture = `testsrc2=s=1920x1080:r=${RATE}:d=${SCENE_SECONDS},noise=alls=12:allf=t`;
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    '250',
    // No key frames but those: with more there is less to decode.
    '-sc_threshold',
    '0',
    '-b:v',
    '5600k',
    '-pix_fmt',
    'yuv420p',
  ];
  run(folder, ['-f', 'lavfi', '-i', picture, ...coding, 'scene.mp4']);
  run(folder, ['-stream_loop', String(SCENES - 1), '-i', 'scene.mp4', '-c', 'copy', 'clip.mp4']);
  return join(folder, 'clip.mp4');
}

function run(folder: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { cwd: folder });
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
}
