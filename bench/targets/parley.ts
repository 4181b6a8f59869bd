import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bearer, type Case, CREDENTIAL, NODE, type Target } from "./target.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const ADMIN_KEY = "prl_bench_admin_0123456789abcdef0123456789";

/**
 * The key that the first start makes: an ordinary one, so that what ordinary keys pay for is paid
 * for here too. The operator's key, which no limit and no meter applies to, only where there is none.
 */
function keyOf(dataDir: string): string {
  const file = join(dataDir, "first-run.txt");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /\bprl_[A-Za-z0-9_-]{16,}/.exec(text)?.[0] ?? ADMIN_KEY;
}

/** Chat that is not passed through but read as the provider's format and written as the client's. */
function translated(name: string, title: string, required: boolean): readonly Case[] {
  return [
    {
      name: `${name}-anthropic`,
      title: `${title}, chat → Anthropic`,
      model: "anthropic/claude-sonnet-4-5",
      required,
    },
    {
      name: `${name}-gemini`,
      title: `${title}, chat → Gemini`,
      model: "gemini/gemini-2.5-flash",
      required,
    },
  ];
}

/** Another checkout of Parley may be of a time when it reached OpenAI alone. */
export function otherParley(root: string, name: string, title: string): Target {
  return { ...parleyAt(root, name, title), cases: translated(name, title, false) };
}

/** Parley as `npm start` runs it, from the checkout in `root`, with a data directory of its own. */
function parleyAt(root: string, name: string, title: string): Target {
  return {
    name,
    title,
    required: true,
    cases: translated(name, title, true),
    prepare: async () => {},
    launch: ({ port, upstreamPort, folder }) => {
      const dataDir = join(folder, "data");
      return {
        command: {
          file: NODE,
          args: [join(root, "bin/parley.js"), "serve"],
          cwd: folder,
          env: {
            PORT: String(port),
            PARLEY_HOST: "127.0.0.1",
            PARLEY_DATA_DIR: dataDir,
            PARLEY_ADMIN_KEY: ADMIN_KEY,
            OPENAI_API_KEY: CREDENTIAL,
            OPENAI_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
            ANTHROPIC_API_KEY: CREDENTIAL,
            ANTHROPIC_BASE_URL: `http://127.0.0.1:${upstreamPort}`,
            GEMINI_API_KEY: CREDENTIAL,
            GEMINI_BASE_URL: `http://127.0.0.1:${upstreamPort}`,
          },
        },
        port,
        path: "/v1/chat/completions",
        model: "openai/gpt-4o-mini",
        headers: () => bearer(keyOf(dataDir)),
      };
    },
  };
}

export const parley = parleyAt(ROOT, "parley", "Parley");
