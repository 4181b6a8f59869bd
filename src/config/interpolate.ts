export interface Interpolation {
  text: string;
  /** Variables that the text holds the value of. */
  used: string[];
}

/** A reference that cannot be resolved; the message says why and what would help. */
export class InterpolationError extends Error {
  override readonly name = "InterpolationError";
}

const reference = /\$\$\{|\$\{([^}]*)(\}?)/g;
const wellFormed = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}` by variables. `$${` stands for `${`. A value is inserted
 * as it is: it is not read as YAML, and references in it are not followed. Empty counts as unset.
 * Throws InterpolationError where a variable without a default is unset, or the reference is malformed.
 */
export function interpolate(
  text: string,
  variables: Readonly<Record<string, string>>,
): Interpolation {
  const used: string[] = [];
  const result = text.replace(reference, (whole, inner: string | undefined, close: string) => {
    if (inner === undefined) return "${";
    const parts = close === "}" ? wellFormed.exec(inner) : null;
    const name = parts?.[1];
    if (name === undefined) {
      throw new InterpolationError(
        `${JSON.stringify(whole)} is not a reference to a variable: write \${NAME} or \${NAME:-default}, and $\${ for a plain \${`,
      );
    }
    used.push(name);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value) return value;
    const fallback = parts?.[2];
    if (fallback === undefined) {
      throw new InterpolationError(
        `the environment variable ${name} is not set: set it, or write \${${name}:-default}`,
      );
    }
    return fallback;
  });
  return { text: result, used };
}
