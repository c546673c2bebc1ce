import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../lib/db/generated/client";

const PAGE_SIZE = 50;
const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL ?? "" }) });

/** Lists a page of waiting documents with one Prisma query, without a session, counts or joins. */
export async function GET(request: Request): Promise<Response> {
  const cursor = new URL(request.url).searchParams.get("cursor");
  const [time, id] = cursor ? JSON.parse(Buffer.from(cursor, "base64url").toString()) : [0, ZERO_ID];
  const createdAt = new Date(time);
  const rows = await db.file.findMany({
    where: {
      status: "submitted",
      createdAt: { gte: createdAt },
      OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }],
    },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: PAGE_SIZE + 1,
  });
  const items = rows.slice(0, PAGE_SIZE).map((row) => ({ ...row, size: Number(row.size) }));
  const last = rows.length > PAGE_SIZE ? items.at(-1) : undefined;
  const next = last
    ? Buffer.from(JSON.stringify([last.createdAt.toISOString(), last.id])).toString("base64url")
    : null;
  return Response.json({ items, next });
}

const ZERO_ID = "00000000-0000-0000-0000-000000000000";
