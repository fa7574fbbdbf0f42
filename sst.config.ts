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
      providers: { aws: { defaultTags: { tags: { service: 'loupe', stage } } } },
    };
  },
  async run() {
    const { requireStageName } = await import('./stacks/stage.ts');
    requireStageName($app.stage);
    const [{ apiUrl }] = await Promise.all([
      import('./stacks/api.ts'),
      import('./stacks/pipeline.ts'),
      import('./stacks/schedules.ts'),
      import('./stacks/alarms.ts'),
      import('./stacks/dashboard.ts'),
    ]);
    return { api: apiUrl };
  },
});
