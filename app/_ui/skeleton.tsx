import { clsx } from "clsx";
import { VisuallyHidden } from "./visually-hidden";

/** A placeholder for content that is loading. It does not blink. `className` sets its size. */
export function Skeleton({ className = "h-5 w-full" }: { className?: string }) {
  return <span aria-hidden="true" className={clsx("block rounded bg-hairline/60", className)} />;
}

/** The placeholder of a page that is loading. Screen readers announce it once. */
export function PageSkeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div className="mx-auto grid max-w-page gap-4 px-4 py-10 sm:px-6">
      <p role="status">
        <VisuallyHidden>Loading the page.</VisuallyHidden>
      </p>
      <Skeleton className="h-9 w-56" />
      <Skeleton className="h-5 w-80 max-w-full" />
      <div className="mt-6 grid gap-3">
        {Array.from({ length: lines }, (_, line) => `line ${line}`).map((key) => (
          <Skeleton key={key} className="h-12 w-full" />
        ))}
      </div>
    </div>
  );
}
