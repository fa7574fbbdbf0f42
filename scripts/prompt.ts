/** Prints the text that a preset asks a model with: `npm run -s prompt -- --help`. */
import { runPromptCommand } from '../packages/judge/prompts/prompt-command.ts';

const { exitCode, stdout, stderr } = runPromptCommand(process.argv.slice(2));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
