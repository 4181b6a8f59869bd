import type { Migration } from "../migration.ts";

/**
 * Usage rows, in the order in which they were settled (the rowid, which both indexes carry). The row
 * is JSON in `body`; only what is searched for stands beside it, because each index costs about 1 µs a row.
 */
export const initial: Migration = {
  name: "0001-initial",
  sql: `
    create table usage (
      seq integer primary key,
      id text not null unique,
      at integer not null,
      account text not null,
      key text not null,
      body text not null
    ) strict;
    create index usage_by_account on usage (account);
    create index usage_by_key on usage (key);
  `,
};
