/** The localStorage key for the records of unfinished uploads. */
export const UNFINISHED_UPLOADS_KEY = "unfinished-uploads";

/**
 * Calls `listener` if localStorage has a record of an unfinished upload, now or later.
 * This small module is enough to decide whether a page needs the code that resumes uploads.
 */
export function watchStoredUploads(listener: () => void): () => void {
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (key === UNFINISHED_UPLOADS_KEY && newValue !== null) listener();
  };
  window.addEventListener("storage", onStorage);
  if (hasStoredUploads()) listener();
  return () => window.removeEventListener("storage", onStorage);
}

function hasStoredUploads(): boolean {
  try {
    return localStorage.getItem(UNFINISHED_UPLOADS_KEY) !== null;
  } catch {
    // The browser denies access to localStorage.
    return false;
  }
}
