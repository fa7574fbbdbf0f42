import { expect, it } from 'vitest';
import { checkCallSettings, DEFAULT_CALL_SETTINGS, listModels } from './call-settings.ts';

it('nothing given are the defaults', () => {
  expect(checkCallSettings(null, [])).toEqual(DEFAULT_CALL_SETTINGS);
  expect(checkCallSettings({ votes: null, models: null }, [])).toEqual(DEFAULT_CALL_SETTINGS);
});

it.each([
  [{ votes: 0 }, ['x', 'votes']],
  [{ votes: 10 }, ['x', 'votes']],
  [{ models: ['a', 'b', 'c', 'd', 'e'] }, ['x', 'models']],
  [{ models: [''] }, ['x', 'models', '0']],
  [{ cascade: { model: 'm', low: 0.6, high: 0.4 } }, ['x', 'cascade', 'low']],
  [{ cascade: { model: 'm', low: -0.1, high: 0.4 } }, ['x', 'cascade', 'low']],
  [{ dailySpendMicroUsd: -1 }, ['x', 'dailySpendMicroUsd']],
])('%j is refused at %j', (given, path) => {
  expect(() => checkCallSettings(given, ['x'])).toThrow(expect.objectContaining({ code: 'INVALID', path }));
});

it('names every further model with its place', () => {
  const settings = checkCallSettings({ models: ['a'], cascade: { model: 'b', low: 0.2, high: 0.8 } }, []);

  expect(listModels(settings, ['calls'])).toEqual([
    { model: 'a', path: ['calls', 'models', '0'] },
    { model: 'b', path: ['calls', 'cascade', 'model'] },
  ]);
});
