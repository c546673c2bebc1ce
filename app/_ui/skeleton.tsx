import { clsx } from "clsx";
import { VisuallyHidden } from "./visually-hidden";

/** A place that will be filled. It holds still: nothing blinks here. Size it with `className`. */
export function Skeleton({ className = "h-5 w-full" }: { className?: string }) {
  return <span aria-hidden="true" className={clsx("block rounded bg-hairline/60", className)} />;
}

/** A whole page on its way: a title and some lines, said once to a screen reader. */
export function PageSkeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div className="mx-auto grid max-w-page gap-4 px-4 py-10 sm:px-6">
      <p role="status">
        <VisuallyHidden>One moment, the page is being fetched.</VisuallyHidden>
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
