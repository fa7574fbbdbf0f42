import { readdirSync, readFileSync } from 'node:fs';

/** The living processes of a process group, each as `<pid> <command line>`; none where there is no `/proc`. */
export function listGroup(group: number): string[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => describeMember(pid, group));
  } catch {
    return [];
  }
}

function describeMember(pid: string, group: number): string[] {
  try {
    // "pid (name) state parent group …" (proc(5)); the name may hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pgrp) !== group || state === 'Z') return [];
    return [`  ${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()}`];
  } catch {
    // It ended meanwhile.
    return [];
  }
}
