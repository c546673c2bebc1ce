"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { callApi, problemOf } from "@/app/_ui/call-api";

/**
 * Shows a choice at once and sends it in the background: the member can change it back.
 * After a failure, shows the old value again with a message.
 * `announcementOf` returns what screen readers hear after a saved choice.
 */
export function useOptimisticChange<Value extends string>(
  path: string,
  property: string,
  value: Value,
  announcementOf: (value: Value) => string,
) {
  const router = useRouter();
  const [pendingValue, setPendingValue] = useState<Value | null>(null);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function change(next: Value) {
    if (pendingValue !== null || next === value) return;
    setPendingValue(next);
    setErrorMessage(null);
    const response = await callApi("PATCH", path, { body: { [property]: next } });
    if (response.status === 200) {
      announce(announcementOf(next));
      router.refresh();
    } else {
      setErrorMessage(problemOf(response).detail);
      setPendingValue(null);
    }
  }

  // The refreshed page shows the new value.
  if (pendingValue !== null && pendingValue === value) setPendingValue(null);
  return { shownValue: pendingValue ?? value, errorMessage, change };
}
