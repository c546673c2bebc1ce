/** Where a device remembers its unfinished uploads. */
export const UNFINISHED_UPLOADS_KEY = "unfinished-uploads";

/** Calls back where this device remembers an unfinished upload, or once another page of it does. */
export function watchStoredUploads(listener: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === UNFINISHED_UPLOADS_KEY && newValue !== null) listener();
  };
  window.addEventListener("storage", hear);
  if (hasStoredUploads()) listener();
  return () => window.removeEventListener("storage", hear);
}

function hasStoredUploads(): boolean {
  try {
    return localStorage.getItem(UNFINISHED_UPLOADS_KEY) !== null;
  } catch {
    // Kept from us altogether: then nothing is remembered.
    return false;
  }
}
