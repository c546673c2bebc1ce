/** Where a device remembers its unfinished uploads. */
export const REMEMBERED = "unfinished-uploads";

/** Calls back where this device remembers an unfinished upload, or once another page of it does. */
export function watchRemembered(listener: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === REMEMBERED && newValue !== null) listener();
  };
  window.addEventListener("storage", hear);
  if (remembersAny()) listener();
  return () => window.removeEventListener("storage", hear);
}

function remembersAny(): boolean {
  try {
    return localStorage.getItem(REMEMBERED) !== null;
  } catch {
    // Kept from us altogether: then nothing is remembered.
    return false;
  }
}
