import { clsx } from "clsx";
import type { ReactNode } from "react";

/** A decorative sheet with a folded corner and the file type on it ("PDF", "JPG"). */
export function DocumentIcon({
  typeLabel,
  className = "h-14 w-11",
}: {
  typeLabel?: string;
  className?: string;
}) {
  return (
    <svg viewBox="0 0 44 56" className={clsx("shrink-0", className)} aria-hidden="true" focusable="false">
      <path
        d="M1 1h30l12 12v42H1z"
        className="fill-sheet stroke-edge"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <path d="M31 1v12h12" className="fill-well stroke-edge" strokeWidth="1.5" strokeLinejoin="round" />
      {typeLabel ? (
        <text x="7" y="47" className="fill-muted font-sans font-bold" fontSize="11">
          {typeLabel.slice(0, 4)}
        </text>
      ) : (
        <path d="M8 24h28M8 32h28M8 40h18" className="stroke-hairline" strokeWidth="2" />
      )}
    </svg>
  );
}

/** A sheet of paper with a folded corner, as the background of its children. */
export function PaperCard({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div
      className={clsx(
        "relative border border-hairline bg-sheet [clip-path:polygon(0_0,calc(100%-1.5rem)_0,100%_1.5rem,100%_100%,0_100%)]",
        className,
      )}
    >
      <svg viewBox="0 0 24 24" className="absolute top-0 right-0 size-6" aria-hidden="true" focusable="false">
        <path d="M0 0v24h24z" className="fill-well stroke-hairline" strokeWidth="1.5" />
      </svg>
      {children}
    </div>
  );
}
