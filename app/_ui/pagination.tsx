import { ButtonLink } from "./button-link";
import { Icon } from "./icons";

/** On to the next page of a keyset list, and back to its beginning: with cursors there is no "page 7". */
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
