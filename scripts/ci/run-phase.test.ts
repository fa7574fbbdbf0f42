import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runPhase } from './run-phase.ts';

const server = createServer();
afterEach(() => void server.close());

/** A program that runs for ever, connected to this test, so that the test sees when it is gone. */
async function listenForForever(): Promise<{ program: string; connected: Promise<Socket> }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    program: `require('net').connect(${port}, '127.0.0.1')`,
    connected: once(server, 'connection').then(([socket]) => socket.resume()),
  };
}

function runNode(program: string, limitSeconds: number) {
  let shown = '';
  const result = runPhase(
    { name: 'the phase', command: [process.execPath, '-e', program], limitSeconds },
    (text) => {
      shown += text;
    },
  );
  return result.then((ended) => ({ ...ended, shown: () => shown }));
}

describe('a phase', () => {
  it('that ends well is ok and gives what it printed on both channels', async () => {
    const { ok, output } = await runNode('console.log("out"); console.error("err")', 60);
    expect(ok).toBe(true);
    expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('that fails is not ok', async () => {
    expect((await runNode('process.exit(3)', 60)).ok).toBe(false);
  });

  it('whose command does not exist is not ok and says so', async () => {
    let shown = '';
    const { ok } = await runPhase(
      { name: 'the phase', command: ['/no/such/command'], limitSeconds: 60 },
      (text) => {
        shown += text;
      },
    );
    expect(ok).toBe(false);
    expect(shown).toContain('/no/such/command');
  });

  it('that hangs is ended at its limit, by name, with what was running', async () => {
    const { ok, shown } = await runNode('setInterval(() => {}, 1e6)', 1);
    expect(ok).toBe(false);
    expect(shown()).toContain('the phase: HANGS: not done after 1 s');
    expect(shown()).toContain('setInterval');
  });

  it('that leaves a process behind, with its output open, ends all the same, and so does what it left', async () => {
    const { program, connected } = await listenForForever();
    const parent = `
      const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${program}.once('connect', () => console.log('up'))`)}], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => process.exit(0));
    `;
    const { ok, shown } = await runNode(parent, 60);
    expect(ok).toBe(true);
    expect(shown()).toContain('left these processes running');
    const socket = await connected;
    if (!socket.closed) await once(socket, 'close');
  });
});
