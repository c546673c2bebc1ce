#!/usr/bin/env node
// Replaces Prisma's schema engine if its download is unreachable. The CLI starts the engine that
// PRISMA_SCHEMA_ENGINE_BINARY names and exchanges JSON-RPC with it, one line per message. This file
// passes every method to the WASM build of the same engine, which connects through the driver
// adapter of the application. `migrate deploy`, `status`, `resolve` and `diff` work. `migrate dev`
// and introspection do not, because the adapter cannot read the "char" columns of the catalog.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    datamodels: { type: "string", multiple: true },
    datasource: { type: "string" },
    "enabled-preview-features": { type: "string" },
    "extension-types": { type: "string" },
    version: { type: "boolean" },
  },
});
const url = values.datasource ? JSON.parse(values.datasource).url : process.env.DATABASE_URL;

if (values.version) console.log(`schema-engine-cli ${loadEngine().version()}`);
else if (positionals[0] === "cli") await runCliCommand(positionals[1]);
else await serveRpc();

function loadEngine() {
  // The package's entry imports the .wasm as a module, which needs Node 22.19 or newer.
  const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = new WebAssembly.Module(readFileSync(join(dirname(file), "schema_engine_bg.wasm")));
  const instance = new WebAssembly.Instance(module, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

/** Removes `?schema=`, which Prisma reads and PostgreSQL's driver rejects as an unknown setting. */
function parseConnection() {
  const address = new URL(url);
  const schema = address.searchParams.get("schema") ?? undefined;
  address.searchParams.delete("schema");
  return { connectionString: address.href, schema };
}

/** Prisma's adapter splits a script at every semicolon, also within the body of a function. */
function createAdapterFactory(connectionString, schema) {
  const factory = new PrismaPg({ connectionString }, { schema });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await adapter.client.query(script).catch((error) => adapter.onError(error));
    };
    return adapter;
  };
  return factory;
}

async function serveRpc() {
  const { SchemaEngine } = loadEngine();
  // `diff` between two schema files needs no connection, but the constructor needs an adapter.
  const { connectionString, schema } = url
    ? parseConnection()
    : { connectionString: "postgresql://localhost/none" };
  const factory = bindMigrationAwareSqlAdapterFactory(createAdapterFactory(connectionString, schema));
  const datamodels = values.datamodels?.map((file) => [file, readFileSync(file, "utf8")]);
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    // A response to a `print` of this process.
    if (!method) continue;
    try {
      engine ??= await SchemaEngine.new({ datamodels }, logEntry, factory);
      const result = (await engine[method](params)) ?? {};
      if (method === "diff" && typeof result.stdout === "string")
        sendMessage({ id, method: "print", params: { content: result.stdout } });
      sendMessage({ id, result });
    } catch (error) {
      sendMessage({ id, error: { code: 4466, message: "An error happened.", data: toRpcError(error) } });
    }
  }
  process.exit(0);
}

/**
 * Runs `cli can-connect-to-database` or `cli create-database`. Exits with 0, or with 1 and the
 * error as a log line.
 */
async function runCliCommand(command) {
  const { connectionString } = parseConnection();
  try {
    if (command === "can-connect-to-database") await query(connectionString, "SELECT 1");
    else if (command === "create-database") await createDatabase(connectionString);
    else throw Object.assign(new Error(`This engine has no command ${command}.`), { known: true });
  } catch (error) {
    logEntry({ level: "ERROR", fields: { message: error.message, error_code: prismaCodeOf(error) } });
    process.exitCode = 1;
  }
}

async function createDatabase(connectionString) {
  const address = new URL(connectionString);
  const name = decodeURIComponent(address.pathname.slice(1));
  address.pathname = "/postgres";
  await query(address.href, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
}

async function query(connectionString, sql) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Returns the code that the CLI handles: after P1003 it creates the database. */
function prismaCodeOf(error) {
  if (error.code === "3D000") return "P1003";
  if (error.code === "28P01" || error.code === "28000") return "P1000";
  return "P1001";
}

function toRpcError(error) {
  const known = error?.meta ? { meta: error.meta } : {};
  return {
    is_panic: false,
    message: String(error?.message ?? error),
    ...(error?.code ? { error_code: error.code } : {}),
    ...known,
  };
}

function sendMessage(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** Writes a log line as JSON to stderr, where the CLI reads it. */
function logEntry(entry) {
  const line =
    typeof entry === "string" ? entry : JSON.stringify({ target: "schema_engine::logger", ...entry });
  process.stderr.write(`${line}\n`);
}
