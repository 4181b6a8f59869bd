/**
 * The worker thread that owns the databases: SQLite is synchronous, and an fsync or a long query on
 * the request thread would stop every stream. Operations are done in the order in which they arrive.
 */
import { parentPort, workerData } from "node:worker_threads";
import { responsesMigrations, stateMigrations, usageMigrations } from "../migrations/index.ts";
import type { Answer, Operation, Question, WriterSettings } from "./messages.ts";
import { openDatabase } from "./open-database.ts";
import { ResponsesDatabase } from "./responses-database.ts";
import { StateDatabase } from "./state-database.ts";
import { asTrouble } from "./trouble.ts";
import { UsageDatabase } from "./usage-database.ts";

const nothing: string[] = [];

function run(settings: WriterSettings, answer: (answer: Answer) => void): (q: Question) => void {
  const state = new StateDatabase(
    openDatabase(settings.stateFile, { migrations: stateMigrations, pageSize: 4096 }, settings),
  );
  const usage = new UsageDatabase(
    openDatabase(settings.usageFile, { migrations: usageMigrations, pageSize: 16384 }, settings),
  );
  const responses = new ResponsesDatabase(
    openDatabase(
      settings.responsesFile,
      { migrations: responsesMigrations, pageSize: 16384 },
      settings,
    ),
    settings.responses,
  );

  function perform(operation: Operation): string[] {
    switch (operation.do) {
      case "append-usage":
        return usage.append(operation.batch);
      case "get-usage":
        return usage.get(operation.id);
      case "list-usage":
        return usage.list(operation.query);
      case "list":
        return state.list(operation.table);
      case "insert":
        state.insert(operation.table, operation.record, operation.audit);
        return nothing;
      case "replace":
        state.replace(operation.table, operation.record, operation.expected, operation.audit);
        return nothing;
      case "remove":
        state.remove(operation.table, operation.id, operation.expected, operation.audit);
        return nothing;
      case "record-key-use":
        state.recordKeyUse(operation.uses);
        return nothing;
      case "get-setting":
        return state.getSetting(operation.name);
      case "set-setting":
        state.setSetting(operation.name, operation.value);
        return nothing;
      case "list-audit":
        return state.listAudit(operation.query);
      case "put-response":
        responses.put(operation.response);
        return nothing;
      case "response-history":
        return responses.history(operation.account, operation.id, operation.depth);
      case "response-items":
        return responses.items(operation.account, operation.ids);
      case "remove-response":
        return responses.remove(operation.account, operation.id);
      case "close":
        responses.close();
        state.close();
        usage.close();
        return nothing;
    }
  }

  return ({ number, operation }) => {
    try {
      answer({ number, texts: perform(operation) });
    } catch (thrown) {
      answer({ number, trouble: asTrouble(thrown) });
    }
  };
}

const port = parentPort;
if (port !== null) {
  const settings: WriterSettings = workerData;
  const perform = run(settings, (answer) => port.postMessage(answer));
  port.on("message", (question: Question) => {
    perform(question);
    if (question.operation.do === "close") port.close();
  });
  // Question 0 is "are you open?"; a database that cannot be opened throws above and ends the worker.
  port.postMessage({ number: 0, texts: nothing } satisfies Answer);
}
