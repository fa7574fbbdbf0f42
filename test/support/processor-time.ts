/**
 * Processor time of this process from now on, all its threads together, in ms: for claims of how much work something is, which
 * hold on a busy machine too.
 */
export function startProcessorTime(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
