import { CommandProblem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";

export interface SecretSource {
  /** The name of an environment variable. */
  credentialEnv?: string;
  credentialStdin?: boolean;
}

/**
 * A secret from where it is not seen: a variable, standard input, or a prompt that shows nothing. Command
 * lines are seen by everyone on the machine and kept in the shell's history. `undefined` where none was given.
 */
export async function readSecret(
  terminal: Terminal,
  source: SecretSource,
  prompt: string,
): Promise<string | undefined> {
  if (source.credentialEnv !== undefined) {
    const secret = terminal.environment[source.credentialEnv]?.trim();
    if (secret) return secret;
    throw new CommandProblem(`The environment variable ${source.credentialEnv} is not set.`);
  }
  const typed =
    terminal.stdin.isTTY && !source.credentialStdin
      ? await typedHidden(terminal, prompt)
      : await wholeInput(terminal);
  return typed.trim() === "" ? undefined : typed.trim();
}

async function wholeInput(terminal: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** A line typed without being shown. Control-C and control-D give up. */
function typedHidden({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode?.(true);
  return new Promise((resolve, reject) => {
    let line = "";
    const finish = (settle: () => void) => {
      stdin.off("data", read);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const read = (bytes: Buffer) => {
      for (const character of bytes.toString("utf8")) {
        if (character === "\r" || character === "\n") return finish(() => resolve(line));
        if (character === "\u0003" || character === "\u0004")
          return finish(() => reject(new CommandProblem("Nothing was done.")));
        if (character === "\u007f" || character === "\b") line = line.slice(0, -1);
        else line += character;
      }
    };
    stdin.on("data", read);
    stdin.resume();
  });
}
