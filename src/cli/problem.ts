/** Why a command did not succeed, as its user is told: a sentence, what to do about it, and the failure's code. */
export class CommandProblem extends Error {
  readonly suggestion: string | undefined;
  readonly code: string | undefined;

  constructor(message: string, details: { suggestion?: string; code?: string } = {}) {
    super(message);
    this.suggestion = details.suggestion;
    this.code = details.code;
  }
}

export function problemText(problem: CommandProblem): string {
  const code = problem.code === undefined ? "" : ` (${problem.code})`;
  const suggestion = problem.suggestion === undefined ? "" : `${problem.suggestion}\n`;
  return `parley: ${problem.message}${code}\n${suggestion}`;
}
