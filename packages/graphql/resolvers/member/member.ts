import type { MemberResolvers } from '../../generated/types.ts';

export const member: MemberResolvers = { version: ({ rev }) => rev };
