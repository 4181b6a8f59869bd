/** `parley`: the command line. */
import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { channelsCommand } from "./channels.ts";
import { keysCommand } from "./keys.ts";
import { CommandProblem, problemText } from "./problem.ts";
import { requestsCommand, traceCommand } from "./requests.ts";
import { serveCommand } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs the command that `argv` (as `process.argv`) names and sets the process's exit code: 0 where it
 * succeeded. `parley serve` resolves when the gateway listens.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  const code = await runIn({ stdin, stdout, stderr, environment: env }, argv.slice(2));
  if (code !== 0) process.exitCode = code;
}

/** As {@link run}, in a terminal of the caller's. Answers the exit code. */
export async function runIn(terminal: Terminal, args: readonly string[]): Promise<number> {
  const program = new Command("parley")
    .description("A self-hosted LLM API gateway.")
    .version(packageJson.version);
  program.addCommand(serveCommand());
  program.addCommand(keysCommand(terminal));
  program.addCommand(channelsCommand(terminal));
  program.addCommand(requestsCommand(terminal));
  program.addCommand(traceCommand(terminal));
  settle(program, terminal);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode;
    if (!(thrown instanceof CommandProblem)) throw thrown;
    terminal.stderr.write(problemText(thrown));
    return 1;
  }
}

/** Commands added whole do not inherit these. */
function settle(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
  });
  for (const child of command.commands) settle(child, terminal);
}
