import { formatAge, formatDate, formatDateAndRelative, formatDateTime } from "./format";

/** A moment as words with the exact one on hover. `now` comes from the caller, so that server and browser agree. */
export function Time({
  value,
  as = "date",
  now,
}:
  | { value: string; as?: "date" | "moment"; now?: undefined }
  | { value: string; as: "distance" | "age"; now: Date }) {
  const words =
    as === "moment"
      ? formatDateTime(value)
      : as === "distance" && now
        ? formatDateAndRelative(value, now)
        : as === "age" && now
          ? formatAge(value, now)
          : formatDate(value);
  return (
    <time dateTime={value} title={formatDateTime(value)}>
      {words}
    </time>
  );
}
