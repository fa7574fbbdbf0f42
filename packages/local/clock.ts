/** Milliseconds since the Unix epoch. Every service of the local cloud reads time through one of these. */
export type Clock = () => number;
