import { ButtonLink } from "./button-link";
import { Icon } from "./icons";

/** Links to the next page and to the first page. A keyset list has no page numbers. */
export function Pagination({ first, next, label }: { first?: string; next?: string; label: string }) {
  if (!first && !next) return null;
  return (
    <nav aria-label={label} className="flex flex-wrap justify-between gap-3">
      {first ? <ButtonLink href={first}>Back to the beginning</ButtonLink> : <span />}
      {next ? (
        <ButtonLink href={next} rel="next">
          Next
          <Icon name="right" />
        </ButtonLink>
      ) : null}
    </nav>
  );
}
