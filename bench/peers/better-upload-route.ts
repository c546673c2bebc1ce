import { randomUUID } from "node:crypto";
import { RejectUpload, type Router, route } from "@better-upload/server";
import { toRouteHandler } from "@better-upload/server/adapters/next";
import { custom } from "@better-upload/server/clients";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? "", max: 10 });

const router: Router = {
  client: custom({
    host: "127.0.0.1:9",
    accessKeyId: "benchmark",
    secretAccessKey: "a secret that opens nothing",
    region: "us-east-1",
    secure: false,
    forcePathStyle: true,
  }),
  bucketName: "private-media",
  routes: { documents: route({ fileTypes: ["application/pdf"], maxFileSize: 26_214_400, onBeforeUpload }) },
};

/** Finds the session and inserts a row, as its documentation suggests to do here. */
async function onBeforeUpload({
  req,
  file,
}: {
  req: Request;
  file: { name: string; size: number; type: string };
}) {
  const token = /session=([^;]+)/.exec(req.headers.get("cookie") ?? "")?.[1]?.split(".")[0];
  const { rows } = await pool.query(
    `SELECT u.id FROM "Session" s JOIN "User" u ON u.id = s."userId" WHERE s.token = $1 AND s."expiresAt" > now()`,
    [token],
  );
  if (!rows[0]) throw new RejectUpload("Sign in first.");
  const key = `quarantine/${randomUUID()}`;
  await pool.query(
    `INSERT INTO "Upload" (id, "ownerId", field, name, type, size, key, "expiresAt", "createdAt")
     VALUES ($1, $2, 'dbsCertificate', $3, $4, $5, $6, now() + interval '1 hour', now())`,
    [randomUUID(), rows[0].id, file.name, file.type, file.size, key],
  );
  return { objectInfo: { key } };
}

export const { POST } = toRouteHandler(router);
