"use client";

import { useEffect, useState } from "react";
import { callApi, problemOf } from "../call-api";
import { toldBy } from "./answers";
import { bytesIn } from "./parts";
import { browserRecords, type Unfinished, unfinishedUploads, watchUnfinished } from "./unfinished";

/** An upload that stopped on this device. `arrived` in bytes, once the server has said it. */
export type Interrupted = Unfinished & { arrived?: number };

/** The member's uploads to a field that wait for their file to be chosen again. Asked for after each end of one, here or in another page. */
export function useUnfinished(owner: string, field: string): readonly Interrupted[] {
  const [interrupted, setInterrupted] = useState<readonly Interrupted[]>([]);
  useEffect(() => {
    let latest = 0;
    const look = async () => {
      latest += 1;
      const mine = latest;
      const records = await unfinishedUploads(owner, field);
      const standing = await Promise.all(records.map(standingOf));
      if (mine === latest) setInterrupted(standing.filter((each) => each !== null));
    };
    void look();
    const stop = watchUnfinished(look);
    return () => {
      latest += 1;
      stop();
    };
  }, [owner, field]);
  return interrupted;
}

/** Gives it back to the server: what has arrived is destroyed. What keeps that from happening, in words. */
export async function discard({ id }: Unfinished): Promise<string | null> {
  const answer = await callApi("DELETE", `/api/uploads/${id}`);
  if (answer.status !== 204 && answer.status !== 404 && answer.status !== 409)
    return problemOf(answer).detail;
  browserRecords.forget(id);
  return null;
}

/** Null where there is nothing left to go on with. */
async function standingOf(record: Unfinished): Promise<Interrupted | null> {
  const answer = await callApi("GET", `/api/uploads/${record.id}`);
  const told = toldBy(answer.body);
  if (told?.state === "issued" && told.parts)
    return { ...record, arrived: bytesIn(told.received, told.parts, record.size) };
  if (told?.state === "inspecting" || answer.status === 401) return null;
  if (!told && answer.status !== 404) return record;
  browserRecords.forget(record.id);
  return null;
}
