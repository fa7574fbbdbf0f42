import type { SynthResource } from './synth/record.ts';

/** Reads the resources of a synthesised deployment. */
export function describeDeployment(all: readonly SynthResource[]) {
  function list(type: string): readonly SynthResource[] {
    return all.filter((resource) => resource.type === type);
  }

  function find(type: string, property: string, value: unknown): Readonly<Record<string, unknown>> {
    const found = list(type).find(({ inputs }) => inputs[property] === value);
    if (!found) throw new Error(`No ${type} has ${property} "${value}".`);
    return found.inputs;
  }

  return { list, find };
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export function readStatements(policy: unknown): readonly PolicyStatement[] {
  const { Statement } = typeof policy === 'string' ? JSON.parse(policy) : (policy as { Statement: unknown });
  return [Statement].flat() as readonly PolicyStatement[];
}
