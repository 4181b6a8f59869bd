/**
 * Function names: letters, digits, underscores, dots, colons and dashes, beginning with a letter or an
 * underscore, 128 at most (https://ai.google.dev/api/caching#FunctionDeclaration). Others are written so
 * that the answer's name leads back to them without a table: marked, and each odd character escaped.
 */
import { Failure } from "../../failures/failure.ts";

const PLAIN = /^[A-Za-z_][A-Za-z0-9_.:-]*$/;
const MARK = "px:";
const LONGEST = 128;

/** The name for Google. Throws `tool.schema_invalid` where it is too long. */
export function writeName(name: string, param: string): string {
  const written =
    PLAIN.test(name) && !name.startsWith(MARK)
      ? name
      : MARK +
        name.replace(/[^A-Za-z0-9_.-]/gu, (char) => `:${char.codePointAt(0)?.toString(16) ?? ""}:`);
  if (written.length <= LONGEST && name !== "") return written;
  throw new Failure("tool.schema_invalid", {
    message: `The tool name at \`${param}\` is empty or longer than Gemini's ${LONGEST} characters.`,
    param,
  });
}

/** The name that {@link writeName} was given. */
export function readName(name: string): string {
  if (!name.startsWith(MARK)) return name;
  return name.slice(MARK.length).replace(/:([0-9a-f]{1,6}):/g, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
