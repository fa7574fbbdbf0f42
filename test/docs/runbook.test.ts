import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, parseCall } from '@loupe/cli/ops';
import { resources } from '@loupe/core/resources';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const TOOLS = /^(npm|npx|aws|git) /;

/** Every command of a page: the lines of its shell blocks, and what stands in back ticks and begins with a tool. */
function listCommands(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...inline]
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .flatMap((line) => line.split(' && '))
    .filter((line) => TOOLS.test(line) && !line.endsWith('COMMAND'));
}

const all = listCommands(read('docs/runbook.md'));
const ofTool = (tool: string) => all.filter((line) => line.startsWith(tool));
const OPS = 'npm run -s ops -- ';

describe('the runbook', () => {
  it.each(ofTool(OPS))('calls a command as it is: %s', (line) => {
    const call = parseCall(line.slice(OPS.length).split(/\s+/), {});
    expect(typeof call === 'string' ? line : call.command.name).toBeTruthy();
  });

  it('calls each of the commands', () => {
    const called = ofTool(OPS).map((line) => line.slice(OPS.length));
    const forgotten = commands.filter(({ name }) => !called.some((line) => line.startsWith(name)));
    expect(forgotten.map(({ name }) => name)).toEqual([]);
  });

  it.each(ofTool('npm run ').filter((line) => !line.startsWith(OPS)))(
    'runs a script that there is: %s',
    (line) => {
      const [, script = ''] = /^npm run (?:-s |--silent )?(\S+)/.exec(line) ?? [];
      expect(Object.keys(JSON.parse(read('package.json')).scripts)).toContain(script);
    },
  );

  it.each(ofTool('npx '))('calls the version of SST that the configuration asks for: %s', (line) => {
    const [, version] = /version: '([^']+)'/.exec(read('sst.config.ts')) ?? [];
    expect(line).toMatch(new RegExp(`^npx sst@${version} (diff|deploy|secret list)( --stage production)$`));
  });

  it.each(ofTool('aws '))('looks at the log of a function that there is: %s', (line) => {
    const [, name] = /^aws logs .*\/aws\/lambda\/loupe-production-([a-z-]+)( |$)/.exec(line) ?? [];
    expect(resources.functions.map((one) => one.name)).toContain(name);
  });

  it('leaves no other command untested', () => {
    expect(ofTool('git ')).toEqual(['git checkout <tag>']);
    expect(all.length).toBeGreaterThan(20);
  });
});
