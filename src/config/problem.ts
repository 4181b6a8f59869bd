/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** The file as the operator named it, or `environment`. */
  file: string;
  /** From 1. Absent where no line is at fault. */
  line?: number;
  /** Path of the key (`channels[0].base_url`), or the variable's name. Absent: the file as a whole. */
  key?: string;
  /** What is wrong, and what would be right. Never holds a secret. */
  message: string;
}

/** Parley cannot start, or go on, as it is told to. The message is meant for the operator as it is: one line or several. */
export class StartError extends Error {
  override readonly name: string = "StartError";
}

/** The configuration is wrong. Its message is one line for each problem: `parley.yaml:12: channels[0].base_url: must be …`. */
export class ConfigError extends StartError {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemLine).join("\n"));
    this.problems = problems;
  }
}

export function problemLine(problem: ConfigProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
  const key = problem.key ? `${problem.key}: ` : "";
  return `${place}: ${key}${problem.message}`.replace(/\s*[\r\n]+\s*/g, " ");
}

/** `channels[0].base_url`; keys that are not plain words are quoted: `models.aliases["gpt-4.1"]`. */
export function joinPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
