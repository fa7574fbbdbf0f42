import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

const environment = {
  LOUPE_TABLE: 'loupe',
  LOUPE_BUCKET: 'loupe-samples',
  LOUPE_QUEUE_INTAKE_URL: 'http://127.0.0.1:1/000000000000/intake',
  LOUPE_QUEUE_CONVERT_URL: 'http://127.0.0.1:1/000000000000/convert',
  LOUPE_QUEUE_CONVERT_VIDEO_URL: 'http://127.0.0.1:1/000000000000/convert-video',
  LOUPE_QUEUE_INFER_URL: 'http://127.0.0.1:1/000000000000/infer',
  LOUPE_QUEUE_DELIVER_URL: 'http://127.0.0.1:1/000000000000/deliver',
  LOUPE_QUEUE_EVALUATE_URL: 'http://127.0.0.1:1/000000000000/evaluate',
  LOUPE_QUEUE_LEAVE_URL: 'http://127.0.0.1:1/000000000000/leave',
  LOUPE_STAGE: 'local',
  LOUPE_SECRET: 's'.repeat(32),
  LOUPE_OPERATOR_KEY: 'o'.repeat(32),
  AWS_REGION: 'eu-central-1',
};

describe('parseConfig', () => {
  it('reads the deployment and takes empty variables for absent ones', () => {
    const config = parseConfig({ ...environment, OPENAI_API_KEY: '' });
    expect(config.queueUrls.infer).toBe(environment.LOUPE_QUEUE_INFER_URL);
    expect(config.providers.openai).toEqual({ apiKey: undefined, baseUrl: undefined, api: 'CHAT' });
  });

  it('reads prices and credentials from JSON, and says which variable is none without showing it', () => {
    const prices = '{"gpt-4o": {"inputUsd": 2.5, "outputUsd": 10}}';

    expect(parseConfig({ ...environment, LOUPE_MODEL_PRICES: prices }).providers.prices).toEqual({
      'gpt-4o': { inputUsd: 2.5, outputUsd: 10 },
    });
    const broken = { ...environment, LOUPE_VERTEX_CREDENTIALS: '{"private_key": "s3cret"' };
    expect(() => parseConfig(broken)).toThrow(/LOUPE_VERTEX_CREDENTIALS/);
    expect(() => parseConfig(broken)).not.toThrow(/s3cret/);
  });

  it('names every variable that is missing or malformed, and shows no value', () => {
    const broken = {
      ...environment,
      LOUPE_TABLE: undefined,
      LOUPE_SECRET: 'short-secret',
      LOUPE_OPENAI_BASE_URL: 'a-key-in-the-wrong-place',
      LOUPE_SIGN_UP: 'a-key-in-the-wrong-place',
      LOUPE_VERTEX_LOCATION: 'A-KEY-IN-THE-WRONG-PLACE',
    };
    const parse = () => parseConfig(broken);
    expect(parse).toThrow(/LOUPE_TABLE: missing; LOUPE_SECRET: shorter than 32 characters/);
    expect(parse).toThrow(/LOUPE_SIGN_UP: none of open, closed; LOUPE_OPENAI_BASE_URL: not a URL/);
    expect(parse).not.toThrow(/short-secret|a-key-in-the-wrong-place/i);
  });

  it('takes the secret before the last rotation, if it is another', () => {
    expect(parseConfig(environment).previousSecret).toBeUndefined();
    const previous = 'p'.repeat(32);
    expect(parseConfig({ ...environment, LOUPE_PREVIOUS_SECRET: previous }).previousSecret).toBe(previous);
    expect(() => parseConfig({ ...environment, LOUPE_PREVIOUS_SECRET: 'short' })).toThrow(
      /LOUPE_PREVIOUS_SECRET/,
    );
    const same = { ...environment, LOUPE_PREVIOUS_SECRET: environment.LOUPE_SECRET };
    expect(parseConfig(same).previousSecret).toBeUndefined();
  });
});
