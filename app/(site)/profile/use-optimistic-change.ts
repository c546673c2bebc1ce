"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { callApi, problemOf } from "@/app/_ui/call-api";

/**
 * A choice that is shown at once and sent behind it, since it can be taken back the same way; where it does not go through, what was there
 * before comes back, with words. `words` announces a choice that is made.
 */
export function useOptimisticChange<Value extends string>(
  path: string,
  property: string,
  value: Value,
  words: (value: Value) => string,
) {
  const router = useRouter();
  const [wanted, setWanted] = useState<Value | null>(null);
  const [errorMessage, setTrouble] = useState<string | null>(null);

  async function change(next: Value) {
    if (wanted !== null || next === value) return;
    setWanted(next);
    setTrouble(null);
    const answer = await callApi("PATCH", path, { body: { [property]: next } });
    if (answer.status === 200) {
      announce(words(next));
      router.refresh();
    } else {
      setTrouble(problemOf(answer).detail);
      setWanted(null);
    }
  }

  // The page has caught up with what was wanted.
  if (wanted !== null && wanted === value) setWanted(null);
  return { shownValue: wanted ?? value, trouble: errorMessage, change };
}
