import { createClient } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { TestService } from '../support/service.ts';
import { ask } from './ask.ts';
import { type Call, calls } from './calls.ts';
import { reportIsolation } from './report.ts';
import { type Scene, setScene } from './scene.ts';
import { operations } from './schema.ts';
import { buildWorld, type Cursors, type Ids, openStage, type Stage } from './world.ts';

let stage: Stage;
let service: TestService;
let scene: Scene;

beforeAll(async () => {
  stage = await openStage();
  service = stage.service;
  scene = await setScene(stage);
}, 180_000);
afterAll(() => stage.dispose());

function listCalls(operation: string, ids: Ids, cursors: Cursors): readonly Call[] {
  return calls[operation]?.(ids, cursors, ids) ?? [];
}

describe('what belongs to somebody else', () => {
  it('answers like what does not exist, in shape and in time, by every way the schema has', async () => {
    const report = await reportIsolation(scene);
    expect(report.leaks).toEqual([]);
    expect(
      report.uncovered,
      'every operation, node, connection and id within an input has a call or an id',
    ).toEqual([]);
    expect(report.cases).toBeGreaterThanOrEqual(300);
  }, 600_000);

  it('has no call for an operation that is gone', () => {
    expect(Object.keys(calls).toSorted()).toEqual(operations.toSorted());
  });
});

/** They find what they name, and are refused for what it is. */
const REFUSED: Readonly<Record<string, string>> = {
  'Mutation.calibrateProfile': 'It takes at least 20',
  'Mutation.cancelTenantDeletion': 'No deletion of the tenant',
  'Mutation.chooseThreshold': 'It takes at least 20',
  'Mutation.completeMultipartUpload': 'Parts are missing',
  'Mutation.deleteSample': 'IN_USE',
  'Mutation.deleteTenant': 'To confirm',
};

describe('the calls of the list', () => {
  /** What a tenant's key may not do, with its own ids either. */
  const forbidden = new Set([
    'Mutation.acceptInvitation',
    'Mutation.signUp',

    'Query.tenants',
    'Mutation.createTenant',
    'Mutation.archiveTenant',
    'Mutation.restoreTenant',
  ]);
  /** Done last, so that the others find everything as it was. */
  const isEnd = /abort|archive|delete|remove|revoke/;
  /** A dataset takes its evaluations with it. */
  const isEarlyEnd = /deleteEvaluation/;
  const rank = (operation: string) => (isEarlyEnd.test(operation) ? 1 : isEnd.test(operation) ? 2 : 0);
  const order = operations.toSorted((left, right) => rank(left) - rank(right));

  it('are answered, when the ids are one’s own: they test what they name', async () => {
    const own = await buildWorld(stage, 'Own');
    for (const operation of order) {
      for (const call of listCalls(operation, own.ids, own.cursors)) {
        // A sample that exists needs no ticket, a profile without reviews has no calibration, and not every price is known.
        const { body: answered } = await ask(service.url, own.apiKey, call);
        const body = answered.replace(/"(?:upload|calibration|price)":null,?/g, '');
        if (forbidden.has(operation)) expect(body, operation).toContain('FORBIDDEN');
        else if (/\.(update|rotate)/.test(operation))
          expect(body, operation).toMatch(/VERSION_CONFLICT|"errors":\[\]\}/);
        // Its evaluation was resumed before and may still be at its figures.
        else if (operation === 'Mutation.deleteDataset') expect(body).toMatch(/IN_USE|"errors":\[\]/);
        else if (REFUSED[operation]) expect(body, operation).toContain(REFUSED[operation]);
        else expect(body, operation).not.toMatch(/"code"|:null[,}]/);
      }
    }
  }, 120_000);
});

describe('lists', () => {
  it("hold nothing of another tenant's", async () => {
    const { attacker, victim } = scene;
    await eventually(async () => {
      const lists = JSON.stringify(
        await attacker.client.request(`{
          viewer { tenant { id name } apiKey { id } }
          apiKeys { edges { node { id } } }
          invitations { edges { node { id } } }
          members { edges { node { id } } }
          profiles { edges { node { id name versions(first: 20) { edges { node { id } } } } } }
          profile(id: "${attacker.ids.profile}") { decisionChanges(first: 5) { edges { node { id } } } }
          samples { edges { node { id } } }
          datasets { edges { node { id versions { edges { node { id } } } } } }
          datasetImport(id: "${attacker.ids.datasetImport}") { id }
          exports(first: 5) { edges { node { id } } }
          deletions(first: 5) { edges { node { id } } }
          evaluations { edges { node { id } } }
          connections { edges { node { id } } }
          auditLog(first: 60) { edges { node { id } } }
          webhooks(first: 5) { edges { node { id deliveries(first: 5) { edges { node { id } } } } } }
          profileDraft(id: "${attacker.ids.profileDraft}") { id }
          inspections(first: 5) { edges { node { id label reviews(first: 5) { edges { node { id } } } turns(first: 5) { edges { node { id } } } } } }
          archived: inspections(first: 5, filter: { archived: true }) { edges { node { id } } }
        }`),
      );
      for (const id of Object.values(victim.ids)) expect(lists).not.toContain(id);
      expect(lists).not.toContain('Victim');
      // The attempts made a connection, which takes the place of the one before, and fill the first pages of exports and
      // of the log.
      // No list shows the id of an upload.
      const { connection: _, auditEntry: __, upload: ___, export: ____, ...kept } = attacker.ids;
      for (const id of Object.values(kept)) expect(lists).toContain(id);
    });
  });

  it('of tenants is the operator’s alone', async () => {
    const answer = await ask(service.url, scene.attacker.apiKey, {
      document: '{ tenants { edges { node { id } } } }',
      variables: {},
    });
    expect(answer.body).toContain('FORBIDDEN');
    expect(answer.body).toContain('tenant.list');
  });
});

describe('the operator', () => {
  it('sees tenants, and nothing in them', async () => {
    const operator = createClient({ url: service.url, apiKey: service.operatorKey });
    const { tenant } = await operator.request<{ tenant: { name: string } }>(
      'query ($id: ID!) { tenant(id: $id) { name } }',
      { id: scene.victim.ids.tenant },
    );
    expect(tenant.name).toBe('Victim');
    const query = {
      document: 'query ($id: ID!) { sample(id: $id) { id } }',
      variables: { id: scene.victim.ids.sample },
    };
    expect((await ask(service.url, service.operatorKey, query)).body).toContain('FORBIDDEN');
  });
});
