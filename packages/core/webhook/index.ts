export * from './announce.ts';
export * from './entity.ts';
export * from './post.ts';
export * from './secret.ts';
export * from './sign-delivery.ts';
export * from './states.ts';
export * from './verbs.ts';
