"use client";

import { useEffect, useState } from "react";

/** The value once it has kept still for a moment: what is told to listeners while somebody drags. */
export function useDebouncedValue<Value>(value: Value, milliseconds = 400): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
