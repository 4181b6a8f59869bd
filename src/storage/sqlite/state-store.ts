import type { AuditEntry } from "../../core/audit.ts";
import type { Key } from "../../core/key.ts";
import { Failure } from "../../failures/failure.ts";
import type { AuditQuery, KeyUse, ResourceStore, StateStore, StoredChannel } from "../ports.ts";
import { StoreTrouble, type WriterClient } from "./client.ts";
import type { AuditText, RecordText, ResourceTable } from "./messages.ts";

/** The state store over SQLite. Failures as {@link ResourceStore} states. */
export function stateStore(client: WriterClient): StateStore {
  return {
    keys: resourceStore<Key>(client, "keys", keyText),
    channels: resourceStore<StoredChannel>(client, "channels", (channel) => ({
      id: channel.id,
      version: channel.version,
      unique: channel.name,
      body: JSON.stringify(channel),
    })),
    audit: {
      list: (query: AuditQuery) =>
        reading(async () => (await client.ask({ do: "list-audit", query })).map(parse<AuditEntry>)),
    },
    recordKeyUse: (uses: readonly KeyUse[]) =>
      writing(async () => {
        await client.ask({ do: "record-key-use", uses });
      }),
    getSetting: (name) => reading(async () => (await client.ask({ do: "get-setting", name }))[0]),
    setSetting: (name, value) =>
      writing(async () => {
        await client.ask({ do: "set-setting", name, value });
      }),
    close: () => client.close(),
  };
}

function resourceStore<T extends { id: string; version: number }>(
  client: WriterClient,
  table: ResourceTable,
  text: (record: T) => RecordText,
): ResourceStore<T> {
  return {
    list: () => reading(async () => (await client.ask({ do: "list", table })).map(parse<T>)),
    insert: (record, audit) =>
      writing(async () => {
        await client.ask({ do: "insert", table, record: text(record), audit: auditText(audit) });
      }),
    replace: (record, expected, audit) =>
      writing(async () => {
        await client.ask({
          do: "replace",
          table,
          record: text(record),
          expected,
          audit: auditText(audit),
        });
      }),
    remove: (id, expected, audit) =>
      writing(async () => {
        await client.ask({ do: "remove", table, id, expected, audit: auditText(audit) });
      }),
  };
}

/** The time of last use has a column of its own. */
function keyText(key: Key): RecordText {
  const { lastUsedAt: _, ...record } = key;
  return { id: key.id, version: key.version, unique: key.hash, body: JSON.stringify(record) };
}

function auditText(entry: AuditEntry | undefined): AuditText | undefined {
  if (entry === undefined) return undefined;
  const { id, account, resource } = entry;
  return { id, account: account ?? null, resource, body: JSON.stringify(entry) };
}

/** Bodies are written by this adapter alone, so they have the shape that they were written with. */
function parse<T>(text: string): T {
  return JSON.parse(text);
}

async function reading<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    throw new Failure("gateway.store_unavailable", { operator: words(thrown) });
  }
}

async function writing(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (thrown) {
    const kind = thrown instanceof StoreTrouble ? thrown.kind : "store";
    if (kind === "duplicate") throw new Failure("resource.duplicate");
    if (kind === "missing") throw new Failure("resource.not_found");
    if (kind === "moved")
      throw new Failure("resource.state_wrong", {
        message: "The resource has been changed since it was read.",
      });
    throw new Failure("gateway.management_write_failed", { operator: words(thrown) });
  }
}

function words(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
