import { expect, it } from 'vitest';
import { type AuditEntry, auditKind } from './entity.ts';

const entry: AuditEntry = {
  id: 'aud_1',
  rev: 1,
  at: Date.UTC(2026, 0, 1),
  actor: { kind: 'operator' },
  action: 'createTenant',
  targets: [],
  inputDigest: '',
  outcome: ['OK'],
  requestId: 'r',
};
const seconds = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / 1000;

it('is kept for 400 days, or as long as its tenant said', () => {
  expect(auditKind.place(entry).ttl).toBe(seconds(2027, 2, 5));
  expect(auditKind.place({ ...entry, keptDays: 90 }).ttl).toBe(seconds(2026, 4, 1));
});
