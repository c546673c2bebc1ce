import { stringify } from "csv-stringify/sync";
import type { Forecast } from "./forecast";

/** Formats a forecast as CSV. A cell that a spreadsheet would run as a formula is escaped. */
export function formatForecastCsv({ days }: Forecast): string {
  return stringify(
    [["last day", "field", "files"], ...days.map(({ date, field, files }) => [date, field, files])],
    {
      escape_formulas: true,
    },
  );
}
