/** The house's mark: a sheet with a folded corner that carries one stamp. */
export function Mark({ className = "size-8" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`shrink-0 ${className}`} aria-hidden="true" focusable="false">
      <path
        d="M6 2.5h13.5L26 9v20.5H6z"
        className="fill-sheet stroke-ink"
        strokeWidth="1.75"
        strokeLinejoin="round"
      />
      <path d="M19.5 2.5V9H26" className="fill-well stroke-ink" strokeWidth="1.75" strokeLinejoin="round" />
      <circle cx="16" cy="19" r="5.5" className="fill-none stroke-accent" strokeWidth="1.75" />
      <path d="m13.5 19 1.9 1.9 3.4-3.8" className="fill-none stroke-accent" strokeWidth="1.75" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2 font-serif text-lg font-bold tracking-tight">
      <Mark />
      Dossier
    </span>
  );
}
