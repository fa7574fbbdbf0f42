import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends the run with exit code 1 when a file is not done within its time, and says which test it hangs in. Vitest's own time
 * limits cannot do that where a test never gives the event loop back, or a file never ends importing. It does the same when
 * all files are done and the run does not end: Vitest waits for the output of every worker to be closed, and a process that a
 * test has left running may hold it.
 */
export function createHangReporter(limitMs: number): Reporter {
  const limits = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, string>();

  function endRun(message: string): void {
    process.stderr.write(`\nHANGS: ${message}\n`);
    // Vitest would wait for the worker; when this process is gone, its watchdog kills the workers.
    process.exit(1);
  }

  function end(module: TestModule): void {
    const seconds = Math.round(limitMs / 1000);
    const test =
      running.get(module.moduleId) ?? 'no test that it told of (its imports, hooks, or a test just begun)';
    endRun(`${module.relativeModuleId}, not done after ${seconds} s, in: ${test}`);
  }

  return {
    onTestModuleQueued(module) {
      limits.set(module.moduleId, setTimeout(end, limitMs, module).unref());
    },
    onTestCaseReady(test: TestCase) {
      running.set(test.module.moduleId, test.fullName);
    },
    onTestCaseResult(test: TestCase) {
      running.delete(test.module.moduleId);
    },
    onTestModuleEnd(module) {
      clearTimeout(limits.get(module.moduleId));
    },
    onTestRunEnd() {
      const message = 'the run, after its last file: a process that a test left behind may hold its output';
      setTimeout(endRun, limitMs, message).unref();
    },
  };
}
