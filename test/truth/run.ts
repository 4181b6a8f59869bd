/**
 * `npm run truth`: does a gateway tell its clients truthfully how its upstream failed?
 *
 * The client speaks OpenAI's chat. Upstream, on 127.0.0.1, somebody speaks that, Responses, Anthropic's
 * Messages, Gemini's generateContent, Bedrock's Converse or Cohere's chat, and misbehaves as the model's
 * name asks (`anthropic/html-502`); each fault goes through the gateway once non-streamed and once streamed, where both make sense, and is judged from the
 * client's side alone. Printed: a table and a count for each wire, and `truth: n of m told truthfully`. Exit code 1 if anything was
 * untrue, 2 if the suite could not run.
 *
 *   npm run truth                          Parley of this checkout, started for the run
 *   npm run truth -- --wire gemini         one wire; without it, all
 *   npm run truth -- --only stream         faults whose name or table contains the text
 *   npm run truth -- --list                the faults, without running any
 *   npm run truth -- --verbose             also the raw answer under each lie, and Parley's log at the end
 *   npm run truth -- --report-only         exit code 0 all the same
 *   npm run truth -- --gateway http://127.0.0.1:8787/v1 --key sk-… --model-prefix openai/ --upstream-port 4199
 *                                          any gateway whose OpenAI base URL is http://127.0.0.1:4199/v1
 *
 * `--contract native` expects Parley's exact status, code and headers (the default for Parley), `any` the
 * class of the failure alone: the client's (4xx), a rate limit (429), the provider's or the gateway's (5xx),
 * and accepts an error event in a stream that has said nothing yet (the default with --gateway). Faults of
 * time set short limits by the request's `gateway` object and are put to Parley only; those of size and of
 * unreachable providers need settings of their own, and are put only to the Parley that is started for the run.
 *
 * Faults are data in `faults/`, written against a wire format (`wires/wire.ts`): another wire is one file
 * there, its own oddities one in `faults/`, and a line in `wires` of suite.ts and in gateway.ts.
 *
 * Files: `reply.ts` what an upstream does, `upstream.ts` the server that does it, `faults/` the tables,
 * `client.ts` the client, `judge.ts` the verdict, `suite.ts` the run, `gateway.ts` Parley started for it,
 * `self-signed.ts` the upstream whose certificate is not to be trusted.
 */
import { parseArgs } from "node:util";
import type { Answer, NoAnswer } from "./client.ts";
import { fitFor } from "./faults/fault.ts";
import { type Gateway, startParley } from "./gateway.ts";
import type { Verdict } from "./judge.ts";
import { printTables } from "./report.ts";
import { startTlsUpstream } from "./self-signed.ts";
import { nameOf, type Row, repliesOf, rowsOf, runSuite, type Target, wires } from "./suite.ts";
import { startUpstream } from "./upstream.ts";
import { openaiChat } from "./wires/openai-chat.ts";
import { type Mode, say } from "./wires/wire.ts";

const { values: options } = parseArgs({
  options: {
    gateway: { type: "string" },
    key: { type: "string", default: "" },
    "model-prefix": { type: "string" },
    "upstream-port": { type: "string", default: "0" },
    contract: { type: "string" },
    wire: { type: "string" },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    "report-only": { type: "boolean", default: false },
  },
});

function showLie(row: Row, mode: Mode, verdict: Verdict, answer: Answer | NoAnswer): void {
  console.log(`\n${row.wire.name} ${row.fault.name} (${mode}): ${verdict.lies.join("; ")}`);
  if ("silence" in answer) return;
  const body = Buffer.from(answer.body).toString().slice(0, 1500).replaceAll("\n", "\n  ");
  console.log(`  ${answer.status} ${JSON.stringify(answer.headers)}\n  ${body}`);
}

/** The exit code. Throws where the suite cannot run. */
async function main(): Promise<number> {
  // Of a gateway that is not the suite's own, no more is known than that it reaches an OpenAI.
  const wanted = options.wire ?? (options.gateway === undefined ? undefined : openaiChat.name);
  const spoken = wires.filter(({ name }) => wanted === undefined || name === wanted);
  if (spoken.length === 0)
    throw new Error(`--wire is one of ${wires.map(({ name }) => name).join(", ")}`);
  const strictness = options.contract ?? (options.gateway === undefined ? "native" : "any");
  if (strictness !== "native" && strictness !== "any")
    throw new Error("--contract is native or any");
  const fits =
    options.gateway === undefined
      ? ["any", "parley", "own"]
      : strictness === "native"
        ? ["any", "parley"]
        : ["any"];
  const rows = spoken
    .flatMap((wire) => rowsOf(wire, options.only))
    .filter(({ fault }) => fits.includes(fitFor(fault)));
  if (rows.length === 0) throw new Error(`no fault is called ${options.only}`);
  if (options.list) {
    for (const { wire, table, fault } of rows)
      console.log(`${wire.name}  ${table}  ${fault.name}: ${fault.what}`);
    return 0;
  }
  const upstream = await startUpstream(Number(options["upstream-port"]), nameOf, repliesOf(rows));
  console.log(`upstream: http://127.0.0.1:${upstream.port}/v1`);
  const answer = openaiChat.answer(say({ text: "Fine.", finish: "stop" }));
  const tls = await startTlsUpstream(answer);
  let parley: Gateway | undefined;
  try {
    if (options.gateway === undefined) parley = await startParley(upstream.port, tls.port);
    const target: Target = {
      base: parley?.base ?? options.gateway ?? "",
      key: parley?.key ?? options.key,
      modelPrefix: options["model-prefix"],
      strictness,
    };
    await runSuite(rows, target, upstream, options.verbose ? showLie : undefined);
    if (parley !== undefined && options.verbose) console.log(parley.log());
    const untrue = printTables(rows);
    if (parley?.alive() === false) throw new Error(`Parley ended during the run:\n${parley.log()}`);
    return untrue > 0 && !options["report-only"] ? 1 : 0;
  } finally {
    await parley?.stop();
    await upstream.close();
    await tls.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
