import { expect, test } from 'vitest';
import { createPutOff } from './put-off.ts';

/** With a clock that is set by hand. */
function open() {
  const time = { now: 1000 };
  return { time, putOff: createPutOff(() => time.now) };
}

test('a credential is read until its fifth refusal in a row, and then not before the wait it was told', () => {
  const { time, putOff } = open();
  for (let refusal = 1; refusal <= 5; refusal += 1) {
    expect(putOff.findWait('key')).toBeUndefined();
    putOff.noteRefusal('key', 2000);
  }
  expect(putOff.findWait('key')).toBe(2000);
  time.now += 1999;
  expect(putOff.findWait('key')).toBe(1);
  time.now += 1;
  expect(putOff.findWait('key')).toBeUndefined();
});

test('another credential is not held up', () => {
  const { putOff } = open();
  for (let refusal = 1; refusal <= 5; refusal += 1) putOff.noteRefusal('key', 2000);
  expect(putOff.findWait('another key')).toBeUndefined();
});

test('who goes on after its wait without being served is put off at once; who is served begins anew', () => {
  const { time, putOff } = open();
  for (let refusal = 1; refusal <= 5; refusal += 1) putOff.noteRefusal('key', 100);
  time.now += 100;
  putOff.noteRefusal('key', 300);
  expect(putOff.findWait('key')).toBe(300);
  putOff.noteSuccess('key');
  expect(putOff.findWait('key')).toBeUndefined();
  putOff.noteRefusal('key', 300);
  expect(putOff.findWait('key')).toBeUndefined();
});

test('it remembers 5,000 credentials and forgets the oldest first', () => {
  const { putOff } = open();
  for (let refusal = 1; refusal <= 5; refusal += 1) {
    putOff.noteRefusal('oldest', 1000);
    putOff.noteRefusal('next', 1000);
  }
  for (let other = 0; other < 4999; other += 1) putOff.noteRefusal(`key ${other}`, 1000);
  expect(putOff.findWait('oldest')).toBeUndefined();
  expect(putOff.findWait('next')).toBe(1000);
});
