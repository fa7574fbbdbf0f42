// Runs a project script on the pinned Node, installing the dependencies first when they are missing
// or older than the lockfile. Plain JavaScript: it is the one file that any Node from 20 on may run.
//   node scripts/run.mjs FILE.ts [args]         node scripts/run.mjs --bin TOOL [args]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const stamp = join(root, 'node_modules', '.loupe-lock');

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function installIfNeeded() {
  const digest = lockDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write('Installing dependencies (once; about a minute) …\n');
  // Not `npm ci`: it refuses a lockfile that lacks optional packages of platforms the registry does not carry.
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  // biome-ignore lint/style/noProcessEnv: npm says here where it is
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, ...install]] : ['npm', install];
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    process.stderr.write('The installation failed; see the lines above. Run `npm install` and try again.\n');
    process.exit(1);
  }
  if (!existsSync(node)) {
    process.stderr.write(
      'Node 24 was not installed: npm must be allowed to run install scripts (see `npm config get ignore-scripts`).\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, digest);
}

function resolveTool(name) {
  const manifest = JSON.parse(
    readFileSync(join(root, 'node_modules', ...packageOf(name).split('/'), 'package.json'), 'utf8'),
  );
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[name];
  return join(root, 'node_modules', ...packageOf(name).split('/'), bin);
}

function packageOf(tool) {
  return tool === 'biome' ? '@biomejs/biome' : tool;
}

installIfNeeded();
const [first, ...rest] = process.argv.slice(2);
const args = first === '--bin' ? [resolveTool(rest[0]), ...rest.slice(1)] : [join(root, first), ...rest];
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], {
  cwd: root,
  stdio: 'inherit',
});
// A shell between npm and this process may die without passing its signal on: then the parent is another.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`Could not start Node 24: ${error.message}. Delete node_modules and try again.\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
