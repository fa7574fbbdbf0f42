import { expect, it } from 'vitest';
import { buildRanking } from '../ranking/ranking.ts';
import { countCells, locateScores } from './pair-cells.ts';

it('counts items by both of their groups', () => {
  const { first, second, counts } = countCells(Int32Array.of(2, 0, 2, 2), Int32Array.of(1, 70_000, 1, 0));
  expect([...first]).toEqual([0, 2, 2]);
  expect([...second]).toEqual([70_000, 0, 1]);
  expect([...counts]).toEqual([1, 1, 2]);
});

it('finds each score, −0 and 0 as one', () => {
  const scores = [0.5, -0, 1, 0, 0.5];
  const ranking = buildRanking(scores, [1, 0, 1, 1, 0]);
  expect([...locateScores(ranking, scores)]).toEqual([1, 2, 0, 2, 1]);
});
