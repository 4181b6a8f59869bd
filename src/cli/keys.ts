import { Command } from "commander";
import type { JsonObject } from "../core/json.ts";
import { GatewayClient } from "./gateway-client.ts";
import { listOption, numberOption } from "./options.ts";
import {
  type Output,
  printJson,
  printResource,
  printTable,
  show,
  type Terminal,
} from "./terminal.ts";

const path = "/keys";

interface CreateOptions extends Output {
  models?: string[];
  scopes?: string[];
  addresses?: string[];
  group?: string;
  contract?: string;
  rpm?: number;
  expires?: string;
  onUnsupported?: string;
}

/** `parley keys …` */
export function keysCommand(terminal: Terminal): Command {
  const gateway = new GatewayClient(terminal);
  const command = new Command("keys").description("API keys of the running gateway");

  command
    .command("create <name>")
    .description("make a key and show its secret, once")
    .option(
      "--models <names>",
      "models that it may use, with *, by commas (default: all)",
      listOption,
    )
    .option("--scopes <scopes>", "what it may do, by commas (default: inference)", listOption)
    .option("--addresses <ranges>", "where it may be used from, by commas", listOption)
    .option("--group <group>", "its group of channels")
    .option("--contract <contract>", "how failures are told: native, concurred or newapi")
    .option("--rpm <number>", "requests a minute", numberOption)
    .option("--expires <time>", "when it ends, in ISO 8601")
    .option("--on-unsupported <what>", "refuse or drop what a model cannot do")
    .option("--json", "print the answer as JSON")
    .action(async (name: string, options: CreateOptions) => {
      const key = await gateway.send("POST", path, body(name, options));
      if (options.json) return printJson(terminal, key);
      terminal.stdout.write(`${show(key.secret)}\n`);
      terminal.stderr.write(
        `Key ${show(key.id)} (${show(key.name)}). The secret above is shown this once; store it now.\n`,
      );
    });

  command
    .command("list")
    .description("list keys")
    .option("--json", "print the answer as JSON")
    .action(async (options: Output) => {
      const keys = await gateway.list(path);
      if (options.json) return printJson(terminal, keys);
      printTable(
        terminal,
        ["ID", "NAME", "PREFIX", "STATUS", "SCOPES", "LAST USED", "DEFINED IN"],
        keys.map((key) =>
          [
            key.id,
            key.name,
            key.prefix,
            key.status,
            key.scopes,
            key.last_used_at,
            key.defined_in,
          ].map(show),
        ),
      );
    });

  command
    .command("show <key>")
    .description("show one key, by id or name")
    .option("--json", "print the answer as JSON")
    .action(async (key: string, options: Output) => {
      printResource(terminal, await gateway.send("GET", await one(key)), options);
    });

  const changes = [
    ["disable", "switch a key off for now", { enabled: false }],
    ["enable", "switch a key on again", { enabled: true }],
  ] as const;
  for (const [name, description, change] of changes) {
    command
      .command(`${name} <key>`)
      .description(description)
      .option("--json", "print the answer as JSON")
      .action(async (key: string, options: Output) => {
        printResource(terminal, await gateway.send("PATCH", await one(key), change), options);
      });
  }

  command
    .command("revoke <key>")
    .description("end a key for good")
    .option("--json", "print the answer as JSON")
    .action(async (key: string, options: Output) => {
      printResource(terminal, await gateway.send("DELETE", await one(key)), options);
    });

  async function one(key: string): Promise<string> {
    return `${path}/${encodeURIComponent(await gateway.idOf(path, "key_", key))}`;
  }

  return command;
}

function body(name: string, options: CreateOptions): JsonObject {
  return {
    name,
    ...(options.models !== undefined && { models: options.models }),
    ...(options.scopes !== undefined && { scopes: options.scopes }),
    ...(options.addresses !== undefined && { addresses: options.addresses }),
    ...(options.group !== undefined && { group: options.group }),
    ...(options.contract !== undefined && { contract: options.contract }),
    ...(options.rpm !== undefined && { requests_per_minute: options.rpm }),
    ...(options.expires !== undefined && { expires_at: options.expires }),
    ...(options.onUnsupported !== undefined && { on_unsupported: options.onUnsupported }),
  };
}
