import type { Migration } from "../migration.ts";

/**
 * Kept responses, in the order in which they were made. `response`, `input` and `events` are JSON;
 * `bytes` is their length together. `items` finds the output item that a later request refers to.
 */
export const initial: Migration = {
  name: "0001-initial",
  sql: `
    create table responses (
      seq integer primary key,
      id text not null unique,
      account text not null,
      at integer not null,
      status text not null,
      previous text,
      response text not null,
      input text not null,
      events text,
      bytes integer not null
    ) strict;
    -- Holds the sizes too: their sum is taken at every start.
    create index responses_by_time on responses (at, bytes);
    create index responses_unfinished on responses (status) where status in ('queued', 'in_progress');
    create table items (
      account text not null,
      id text not null,
      response_id text not null references responses (id) on delete cascade,
      place integer not null,
      primary key (account, id)
    ) strict, without rowid;
    create index items_by_response on items (response_id);
  `,
};
