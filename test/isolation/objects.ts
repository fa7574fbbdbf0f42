import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadTicket } from '@loupe/sdk';
import { eventually } from '../support/eventually.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import type { Leak } from './run-cases.ts';
import type { Scene } from './scene.ts';
import type { Ids } from './world.ts';

/** One attempt to reach an object by a signature that was given for another. */
export interface ObjectCase {
  readonly name: string;
  readonly probe: () => Promise<Refusal>;
  readonly reference: () => Promise<Refusal>;
}

interface Refusal {
  readonly status: number;
  /** The object store's code. */
  readonly code: string | undefined;
}

const TRIES = 8;
const WAIT_MS = 50;
const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE'] as const;

/** The attacker's links and ticket, bent to the victim's keys; the reference is bent to keys of nobody. */
export async function listObjectCases(scene: Scene): Promise<ObjectCase[]> {
  const { attacker, victim, nobody } = scene;
  const links = await readLinks(scene);
  const ticket = await renewTicket(scene);
  const bend = (text: string, to: Ids) =>
    (['tenant', 'sample', 'awaitingSample', 'inspection', 'dataset', 'datasetImport'] as const).reduce(
      (result, noun) => result.replaceAll(attacker.ids[noun], to[noun]),
      text,
    );
  const linkCases = Object.entries(links).flatMap(([what, url]) =>
    METHODS.flatMap((method) => [
      {
        name: `${method} by a link to ${what} bent to another tenant`,
        probe: () => send(method, bend(url, victim.ids)),
        reference: () => send(method, bend(url, nobody)),
      },
      {
        name: `${method} of another tenant's ${what} without a signature`,
        probe: () => send(method, bend(url, victim.ids).replace(/\?.*/, '')),
        reference: () => send(method, bend(url, nobody).replace(/\?.*/, '')),
      },
    ]),
  );
  const forms: Readonly<Record<string, (to: Ids) => readonly Field[]>> = {
    'every field': (to) => ticket.fields.map(({ name, value }) => ({ name, value: bend(value, to) })),
    'a second key before the first': (to) => [
      { name: 'key', value: bend(findKey(ticket), to) },
      ...ticket.fields,
    ],
    'a second key after the last': (to) => [
      ...ticket.fields,
      { name: 'key', value: bend(findKey(ticket), to) },
    ],
    'a key that climbs out of its folder': (to) =>
      ticket.fields.map(({ name, value }) => ({
        name,
        value: name === 'key' ? `${value}/../../../../${bend(value, to)}` : value,
      })),
    'a policy for every key': (to) =>
      ticket.fields.map(({ name, value }) => ({
        name,
        value: name === 'policy' ? loosenPolicy(value) : name === 'key' ? bend(value, to) : value,
      })),
  };
  const ticketCases = Object.entries(forms).map(([what, form]) => ({
    name: `a ticket bent to another tenant: ${what}`,
    probe: () => post(ticket.url, form(victim.ids)),
    reference: () => post(ticket.url, form(nobody)),
  }));
  return [...linkCases, ...ticketCases];
}

export async function runObjectCases(cases: readonly ObjectCase[]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const { name, probe, reference } of cases) {
    const [actual, expected] = [await probe(), await reference()];
    if (actual.status === 403 && actual.code === expected.code && expected.status === 403) continue;
    leaks.push({
      name,
      why: `It answers ${actual.status} ${actual.code}; for nobody's key ${expected.status} ${expected.code}.`,
    });
  }
  return leaks;
}

async function readLinks({ attacker }: Scene): Promise<Readonly<Record<string, string>>> {
  const seen = await attacker.client.request<{
    sample: { original: { url: string }; views: { link: { url: string } }[] };
    inspection: { verdict: { overlay: { url: string } } };
  }>(
    `query ($sample: ID!, $inspection: ID!) {
      sample(id: $sample) { original { url } views { link { url } } }
      inspection(id: $inspection) { verdict { overlay { url } } } }`,
    { sample: attacker.ids.sample, inspection: attacker.ids.inspection },
  );
  const links = {
    'an original': seen.sample.original.url,
    'a view': seen.sample.views[0]?.link.url ?? '',
    'an overlay': seen.inspection.verdict.overlay.url,
    'a report of bad lines': await importBadLines(attacker),
  };
  for (const url of Object.values(links)) {
    const { status } = await fetchPatiently(url);
    if (status !== 200) throw new Error(`A link of one's own answers ${status}.`);
  }
  return links;
}

/** Begins an import of bad lines alone. @returns the link to their report */
async function importBadLines({ client, ids }: Scene['attacker']): Promise<string> {
  const id = ids.datasetImport;
  await client.request('mutation ($id: ID!) { startDatasetImport(input: { id: $id }) { __typename } }', {
    id,
  });
  return eventually(async () => {
    const { datasetImport } = await client.request<{ datasetImport: { badLineReport: { url: string } } }>(
      'query ($id: ID!) { datasetImport(id: $id) { badLineReport { url } } }',
      { id },
    );
    return datasetImport.badLineReport.url;
  });
}

async function renewTicket({ attacker }: Scene): Promise<UploadTicket> {
  const { renewSampleUpload } = await attacker.client.request<{
    renewSampleUpload: { upload: UploadTicket };
  }>(
    `mutation ($id: ID!) { renewSampleUpload(input: { id: $id }) { upload { url method fields { name value } } } }`,
    { id: attacker.ids.awaitingSample },
  );
  return renewSampleUpload.upload;
}

type Field = UploadTicket['fields'][number];

function findKey(ticket: UploadTicket): string {
  return ticket.fields.find(({ name }) => name === 'key')?.value ?? '';
}

/** The same policy without its condition on the key: its signature no longer fits. */
function loosenPolicy(policy: string): string {
  const { expiration, conditions } = JSON.parse(Buffer.from(policy, 'base64').toString()) as {
    expiration: string;
    conditions: (object | unknown[])[];
  };
  const loose = conditions.map((condition) => ('key' in condition ? ['starts-with', '$key', ''] : condition));
  return Buffer.from(JSON.stringify({ expiration, conditions: loose })).toString('base64');
}

async function send(method: string, url: string): Promise<Refusal> {
  return tryPatiently(() => fetch(url, { method, ...(method === 'PUT' && { body: 'x' }) }));
}

async function post(url: string, fields: readonly Field[]): Promise<Refusal> {
  const form = new FormData();
  for (const { name, value } of fields) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(5)]), 'file');
  return tryPatiently(() => fetch(url, { method: 'POST', body: form }));
}

/** A broken connection or a 5xx is no answer to the question. */
async function tryPatiently(request: () => Promise<Response>): Promise<Refusal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await request();
      const code = /<Code>([^<]*)<\/Code>/.exec(await response.text())?.[1];
      if (response.status < 500 || attempt === TRIES) return { status: response.status, code };
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
    await sleep(WAIT_MS * attempt);
  }
}
