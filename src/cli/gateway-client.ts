import { request } from "node:http";
import { isObject, type JsonObject } from "../core/json.ts";
import { dataDirOf } from "./data-dir.ts";
import { CommandProblem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const timeoutMs = 30_000;

/** The management API of the gateway that runs on this data directory, through the socket in it. */
export class GatewayClient {
  readonly #environment: Terminal["environment"];

  constructor(terminal: Terminal) {
    this.#environment = terminal.environment;
  }

  /** `path` begins after `/admin/v1`. Throws {@link CommandProblem}, with the failure's code where the gateway told one. */
  async send(method: Method, path: string, body?: JsonObject): Promise<JsonObject> {
    const dataDir = await dataDirOf(this.#environment);
    const { status, text } = await exchange(dataDir, method, path, body);
    const answer = parse(text);
    if (status >= 200 && status < 300) return answer;
    const error = isObject(answer.error) ? answer.error : {};
    throw new CommandProblem(
      typeof error.message === "string" ? error.message : `The gateway answered ${status}.`,
      {
        ...(typeof error.suggestion === "string" && { suggestion: error.suggestion }),
        ...(typeof error.code === "string" && { code: error.code }),
      },
    );
  }

  /** Every item of a list, whatever its pages. */
  async list(path: string): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    let after = "";
    for (;;) {
      const page = await this.send("GET", `${path}?limit=1000${after}`);
      if (Array.isArray(page.data)) items.push(...page.data.filter(isObject));
      if (typeof page.next_after !== "string") return items;
      after = `&after=${encodeURIComponent(page.next_after)}`;
    }
  }

  /** The id of the resource that is meant: an id as it is, a name looked up. */
  async idOf(path: string, prefix: string, idOrName: string): Promise<string> {
    if (idOrName.startsWith(prefix)) return idOrName;
    const named = (await this.list(path)).filter(({ name }) => name === idOrName);
    const [first, ...others] = named.map(({ id }) => String(id));
    if (first === undefined)
      throw new CommandProblem(`Nothing is named ${JSON.stringify(idOrName)}.`, {
        suggestion: "Name it by the id that the list shows.",
      });
    if (others.length > 0)
      throw new CommandProblem(
        `${others.length + 1} are named ${JSON.stringify(idOrName)}: ${[first, ...others].join(", ")}.`,
        { suggestion: "Say which by its id." },
      );
    return first;
  }
}

function exchange(
  dataDir: string,
  method: Method,
  path: string,
  body: JsonObject | undefined,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: `${dataDir}/parley.sock`,
        method,
        path: `/admin/v1${path}`,
        timeout: timeoutMs,
        headers: {
          host: "parley",
          ...(payload !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(payload),
          }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(unreachable(dataDir, error)));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    call.on("error", (error) => reject(unreachable(dataDir, error)));
    call.end(payload);
  });
}

function unreachable(dataDir: string, error: Error): CommandProblem {
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR")
    return new CommandProblem(
      `No gateway runs on the data directory ${dataDir}: start one with \`npm start\`, or set PARLEY_DATA_DIR to the running one's.`,
    );
  if (code === "EACCES" || code === "EPERM")
    return new CommandProblem(
      `The gateway's socket in ${dataDir} belongs to another user: run this as the user that the gateway runs as.`,
    );
  return new CommandProblem(`The gateway on ${dataDir} could not be asked: ${error.message}.`);
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
