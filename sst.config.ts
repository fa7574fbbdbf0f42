/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  async app({ stage }) {
    const { isPermanent } = await import('./stacks/stage.ts');
    return {
      name: 'loupe',
      home: 'aws',
      version: '4.17.1',
      protect: isPermanent(stage),
      removal: isPermanent(stage) ? 'retain' : 'remove',
    };
  },
  async run() {
    const { requireStageName } = await import('./stacks/stage.ts');
    requireStageName($app.stage);
    const [{ api }] = await Promise.all([
      import('./stacks/api.ts'),
      import('./stacks/pipeline.ts'),
      import('./stacks/schedules.ts'),
    ]);
    return { api: api.url };
  },
});
