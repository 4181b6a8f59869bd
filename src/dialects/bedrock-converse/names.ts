/**
 * Names of tools and ids of calls, as Bedrock takes them: 64 characters at most, of few kinds.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
 */
import { createHash } from "node:crypto";
import { Failure } from "../../failures/failure.ts";

const LONGEST = 64;
const PLAIN = /^[a-zA-Z0-9_-]+$/;
const MARK = "prl-";
const PLAIN_ID = /^[a-zA-Z0-9_.:-]+$/;

/**
 * The name for Bedrock; one that it would refuse is marked, and each odd character escaped, so that the
 * answer's name leads back to it without a table. Throws `tool.schema_invalid` where it is too long.
 */
export function writeName(name: string, param: string): string {
  const written =
    PLAIN.test(name) && !name.startsWith(MARK)
      ? name
      : MARK +
        name.replace(/[^a-zA-Z0-9_]/gu, (char) => `-${char.codePointAt(0)?.toString(16) ?? ""}-`);
  if (written.length <= LONGEST && name !== "") return written;
  throw new Failure("tool.schema_invalid", {
    message: `The tool name at \`${param}\` is empty or longer than Bedrock's ${LONGEST} characters.`,
    param,
  });
}

/** The name that {@link writeName} was given. */
export function readName(name: string): string {
  if (!name.startsWith(MARK)) return name;
  return name.slice(MARK.length).replace(/-([0-9a-f]{1,6})-/g, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** The same id for a call and its result in every turn; what Bedrock would refuse is replaced by its hash. */
export function writeId(id: string): string {
  if (PLAIN_ID.test(id) && id.length <= LONGEST) return id;
  return `prl_${createHash("sha256").update(id).digest("base64url")}`;
}
