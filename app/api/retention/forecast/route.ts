import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { forecastRetention, forecastSchema } from "@/lib/retention/forecast";
import { formatForecastCsv } from "@/lib/retention/forecast-csv";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: forecastSchema.extend({ format: z.enum(["json", "csv"]).default("json") }),
    handle: async ({ query: { format, ...range } }) => {
      const forecast = await forecastRetention(appContext(), range);
      if (format === "json") return jsonResponse(forecast);
      return new Response(formatForecastCsv(forecast), {
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": 'attachment; filename="retention-forecast.csv"',
          "cache-control": "private, no-store",
        },
      });
    },
  }),
});
