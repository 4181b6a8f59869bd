import { Command } from "commander";
import { isObject, type JsonObject } from "../core/json.ts";
import { GatewayClient } from "./gateway-client.ts";
import {
  type Output,
  printJson,
  printResource,
  printTable,
  show,
  type Terminal,
} from "./terminal.ts";

/** `parley requests …` */
export function requestsCommand(terminal: Terminal): Command {
  const command = new Command("requests").description("what became of requests");
  command.addCommand(showCommand("show", terminal));
  return command;
}

/** `parley trace <id>`, short for `parley requests show <id>`. */
export function traceCommand(terminal: Terminal): Command {
  return showCommand("trace", terminal);
}

function showCommand(name: string, terminal: Terminal): Command {
  return new Command(name)
    .argument("<id>", "the request id (x-request-id, req_…)")
    .description("show one request: its end, its usage, and every attempt")
    .option("--json", "print the answer as JSON")
    .action(async (id: string, options: Output) => {
      const gateway = new GatewayClient(terminal);
      const row = await gateway.send("GET", `/requests/${encodeURIComponent(id)}`);
      if (options.json) printJson(terminal, row);
      else printRequest(terminal, row);
    });
}

function printRequest(terminal: Terminal, row: JsonObject): void {
  const { attempts, ...fields } = row;
  printResource(terminal, fields, {});
  const rows = Array.isArray(attempts) ? attempts.filter(isObject) : [];
  if (rows.length === 0) return;
  terminal.stdout.write("\n");
  printTable(
    terminal,
    ["ATTEMPT", "CHANNEL", "PROVIDER", "MODEL", "STATUS", "MS", "CAUSE", "PROVIDER'S WORDS"],
    rows.map((attempt, index) =>
      [
        index + 1,
        attempt.channel_id,
        attempt.provider,
        attempt.model,
        attempt.status,
        attempt.ms,
        attempt.cause ?? "ok",
        attempt.operator,
      ].map(show),
    ),
  );
}
