"use client";

import { useEffect, useState } from "react";

/** Returns the value after it stayed the same for a while, for announcements during a drag. */
export function useDebouncedValue<Value>(value: Value, milliseconds = 400): Value {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return debounced;
}
