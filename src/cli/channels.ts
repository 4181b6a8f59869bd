import { Command } from "commander";
import type { JsonObject } from "../core/json.ts";
import { GatewayClient } from "./gateway-client.ts";
import { listOption, numberOption, pairOption } from "./options.ts";
import { CommandProblem } from "./problem.ts";
import { readSecret, type SecretSource } from "./secret-input.ts";
import {
  type Output,
  printJson,
  printResource,
  printTable,
  show,
  type Terminal,
} from "./terminal.ts";

const path = "/channels";

interface AddOptions extends Output, SecretSource {
  provider: string;
  baseUrl?: string;
  models?: string[];
  map?: Record<string, string>;
  priority?: number;
  weight?: number;
  groups?: string[];
  option?: Record<string, string>;
  disabled?: boolean;
}

interface CredentialOptions extends Output, SecretSource {
  add?: boolean;
}

/** `parley channels …` */
export function channelsCommand(terminal: Terminal): Command {
  const gateway = new GatewayClient(terminal);
  const command = new Command("channels").description("ways to reach providers");

  withSecret(command.command("add <name>"))
    .description("add a channel; its credential is asked for, or read as the options say")
    .requiredOption("--provider <name>", "the vendor: openai, …")
    .option("--base-url <url>", "where the vendor's API is, where not at its own address")
    .option("--models <names>", "models that it serves, with *, by commas", listOption)
    .option("--map <name=name>", "a client's model name and the provider's; repeatable", pairOption)
    .option("--priority <number>", "higher is tried first", numberOption)
    .option("--weight <number>", "share among channels of one priority", numberOption)
    .option("--groups <names>", "groups of keys that it serves, by commas", listOption)
    .option("--option <name=value>", "what the vendor needs besides; repeatable", pairOption)
    .option("--disabled", "do not use it yet")
    .option("--json", "print the answer as JSON")
    .action(async (name: string, options: AddOptions) => {
      const asked =
        terminal.stdin.isTTY || options.credentialStdin || options.credentialEnv !== undefined;
      const secret = asked
        ? await readSecret(terminal, options, "Credential (empty for none): ")
        : undefined;
      printChannel(
        terminal,
        await gateway.send("POST", path, body(name, options, secret)),
        options,
      );
    });

  command
    .command("list")
    .description("list channels")
    .option("--json", "print the answer as JSON")
    .action(async (options: Output) => {
      const channels = await gateway.list(path);
      if (options.json) return printJson(terminal, channels);
      printTable(
        terminal,
        ["ID", "NAME", "PROVIDER", "ENABLED", "PRIORITY", "CREDENTIALS", "MODELS", "DEFINED IN"],
        channels.map((channel) =>
          [
            channel.id,
            channel.name,
            channel.provider,
            channel.enabled,
            channel.priority,
            credentials(channel.credentials),
            channel.models,
            channel.defined_in,
          ].map(show),
        ),
      );
    });

  command
    .command("show <channel>")
    .description("show one channel, by id or name")
    .option("--json", "print the answer as JSON")
    .action(async (channel: string, options: Output) => {
      printChannel(terminal, await gateway.send("GET", await one(channel)), options);
    });

  const changes = [
    ["enable", "put a channel into service", { enabled: true }],
    ["disable", "take a channel out of service", { enabled: false }],
  ] as const;
  for (const [name, description, change] of changes) {
    command
      .command(`${name} <channel>`)
      .description(description)
      .option("--json", "print the answer as JSON")
      .action(async (channel: string, options: Output) => {
        printChannel(terminal, await gateway.send("PATCH", await one(channel), change), options);
      });
  }

  command
    .command("remove <channel>")
    .description("remove a channel and its credentials")
    .option("--json", "print the answer as JSON")
    .action(async (channel: string, options: Output) => {
      const answer = await gateway.send("DELETE", await one(channel));
      if (options.json) return printJson(terminal, answer);
      terminal.stdout.write(`Removed ${show(answer.id)}.\n`);
    });

  withSecret(command.command("set-credential <channel>"))
    .description(
      "replace a channel's credentials by one that is asked for, or read as the options say",
    )
    .option("--add", "keep those that it has")
    .option("--json", "print the answer as JSON")
    .action(async (channel: string, options: CredentialOptions) => {
      const secret = await readSecret(terminal, options, "Credential: ");
      if (secret === undefined) throw new CommandProblem("No credential was given.");
      const method = options.add ? "POST" : "PUT";
      const answer = await gateway.send(method, `${await one(channel)}/credentials`, { secret });
      printChannel(terminal, answer, options);
    });

  async function one(channel: string): Promise<string> {
    return `${path}/${encodeURIComponent(await gateway.idOf(path, "chn_", channel))}`;
  }

  return command;
}

function withSecret(command: Command): Command {
  return command
    .option("--credential-env <name>", "read the credential from this environment variable")
    .option("--credential-stdin", "read the credential from standard input");
}

function body(name: string, options: AddOptions, secret: string | undefined): JsonObject {
  return {
    name,
    provider: options.provider,
    ...(options.baseUrl !== undefined && { base_url: options.baseUrl }),
    ...(options.models !== undefined && { models: options.models }),
    ...(options.map !== undefined && { model_mapping: options.map }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.weight !== undefined && { weight: options.weight }),
    ...(options.groups !== undefined && { groups: options.groups }),
    ...(options.option !== undefined && { options: options.option }),
    ...(options.disabled && { enabled: false }),
    ...(secret !== undefined && { credential: secret }),
  };
}

function credentials(value: unknown): string {
  if (!Array.isArray(value)) return "";
  return value
    .map(({ id, hint, enabled }) => `${hint ? `…${hint}` : id}${enabled ? "" : " (off)"}`)
    .join(", ");
}

function printChannel(terminal: Terminal, channel: JsonObject, output: Output): void {
  printResource(terminal, channel, output, { credentials: credentials(channel.credentials) });
}
