import { formatAge, formatDate, formatDateAndRelative, formatDateTime } from "./format";

/** Shows a time as text, and the exact time on hover. `now` keeps server and browser text equal. */
export function Time({
  value,
  as = "date",
  now,
}:
  | { value: string; as?: "date" | "moment"; now?: undefined }
  | { value: string; as: "distance" | "age"; now: Date }) {
  const text =
    as === "moment"
      ? formatDateTime(value)
      : as === "distance" && now
        ? formatDateAndRelative(value, now)
        : as === "age" && now
          ? formatAge(value, now)
          : formatDate(value);
  return (
    <time dateTime={value} title={formatDateTime(value)}>
      {text}
    </time>
  );
}
